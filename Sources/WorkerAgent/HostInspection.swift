import Experiment
import HostSystem
import Training

extension HostFacts {
    /// What this host is, and what its trainers will compute with.
    public static func inspect(_ capacity: HostCapacity, build: String) -> HostFacts {
        var facts = HostFacts(
            host: hostName(), processor: processorName(), cores: capacity.slots, kernels: Trainer.bestKernelsName(),
            build: build)
        facts.coresBound = capacity.bound.description
        facts.memoryBytes = capacity.memoryBytes ?? 0
        facts.memoryBound = capacity.isMemoryLimited ? "control group" : "host"
        return facts
    }
}

/// `model name` of /proc/cpuinfo; other architectures do not say it.
private func processorName() -> String {
    let line = contents("/proc/cpuinfo")?.split(separator: "\n").first { $0.hasPrefix("model name") }
    guard let name = line?.split(separator: ":", maxSplits: 1).last else { return "unknown" }
    return name.split(separator: " ").joined(separator: " ")
}
