import Experiment
import HostSystem
import Testing
import Training
import WorkerAgent

/// What a worker says of its host.
struct HostInspectionTests {
    private let four = (0..<4).map { PhysicalCore(processors: [$0, $0 + 4]) }

    private func facts(_ groups: ControlGroups, memory: Int?) -> HostFacts {
        let capacity = HostCapacity.decide(allowed: four, online: four, groups: groups, hostMemoryBytes: memory)
        return .inspect(capacity, build: "1.2.3")
    }

    @Test func `cores and memory are those that a worker may use, with what bounds them`() {
        let free = facts(ControlGroups(), memory: 8 << 30)
        #expect(free.cores == 4 && free.coresBound == "physical cores")
        #expect(free.memoryBytes == 8 << 30 && free.memoryBound == "host")
        let bound = facts(ControlGroups(processorQuota: 1.5, memoryBytes: 1 << 30), memory: 8 << 30)
        #expect(bound.cores == 2 && bound.coresBound == "CPU quota 1.5")
        #expect(bound.memoryBytes == 1 << 30 && bound.memoryBound == "control group")
        #expect(facts(ControlGroups(), memory: nil).memoryBytes == 0)
    }

    @Test func `the host, the processor and the kernels have names`() {
        let facts = facts(ControlGroups(), memory: nil)
        #expect(facts.host == hostName() && !facts.host.isEmpty && !facts.host.contains("."))
        #expect(!facts.processor.isEmpty && facts.kernels == Trainer.bestKernelsName() && facts.build == "1.2.3")
    }

    @Test func `what this process may use is something`() {
        let capacity = HostCapacity.inspect()
        #expect(capacity.slots >= 1 && capacity.slots <= max(1, capacity.cores.count))
        #expect((capacity.memoryBytes ?? 1) > 0)
    }
}
