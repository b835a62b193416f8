import Experiment

extension PBHostFacts {
    init(_ facts: HostFacts) {
        self.init()
        host = boundedText(facts.host)
        processor = boundedText(facts.processor)
        cores = UInt32(clamping: facts.cores)
        kernels = boundedText(facts.kernels)
        build = boundedText(facts.build)
        coresBound = boundedText(facts.coresBound)
        memoryBytes = UInt64(clamping: facts.memoryBytes)
        memoryBound = boundedText(facts.memoryBound)
    }

    func checked() throws(WireError) -> HostFacts {
        guard cores <= Limits.cores else {
            throw WireError(.malformed, "cores: \(cores), over \(Limits.cores)")
        }
        var facts = HostFacts(
            host: try checkedText(host, named: "host"), processor: try checkedText(processor, named: "processor"),
            cores: Int(cores), kernels: try checkedText(kernels, named: "kernels"),
            build: try checkedText(build, named: "build"))
        facts.coresBound = try checkedText(coresBound, named: "cores_bound")
        facts.memoryBytes = Int(clamping: memoryBytes)
        facts.memoryBound = try checkedText(memoryBound, named: "memory_bound")
        return facts
    }
}
