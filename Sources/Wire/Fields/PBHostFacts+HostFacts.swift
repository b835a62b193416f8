import Experiment

extension PBHostFacts {
    init(_ facts: HostFacts) {
        self.init()
        host = boundedName(facts.host)
        processor = boundedName(facts.processor)
        cores = UInt32(clamping: facts.cores)
        kernels = boundedName(facts.kernels)
        build = boundedName(facts.build)
        coresBound = boundedName(facts.coresBound)
        memoryBytes = UInt64(clamping: facts.memoryBytes)
        memoryBound = boundedName(facts.memoryBound)
    }

    func checked() throws(WireError) -> HostFacts {
        guard cores <= Limits.cores else {
            throw WireError(.malformed, "cores: \(cores), over \(Limits.cores)")
        }
        var facts = HostFacts(
            host: try checkedName(host, named: "host"), processor: try checkedName(processor, named: "processor"),
            cores: Int(cores), kernels: try checkedName(kernels, named: "kernels"),
            build: try checkedName(build, named: "build"))
        facts.coresBound = try checkedName(coresBound, named: "cores_bound")
        facts.memoryBytes = Int(clamping: memoryBytes)
        facts.memoryBound = try checkedName(memoryBound, named: "memory_bound")
        return facts
    }
}
