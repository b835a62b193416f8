import HostSystem
import Testing
import WorkerAgent

/// Slots, and what decides their number.
struct HostCapacityTests {
    private let four = (0..<4).map { PhysicalCore(processors: [$0, $0 + 4]) }

    @Test func `a host that bounds nothing has a slot for each physical core`() {
        let capacity = decide(allowed: four)
        #expect(
            capacity.slots == 4 && capacity.bound == .physicalCores && capacity.bound.description == "physical cores")
        #expect(capacity.memoryBytes == 8 << 30 && !capacity.isMemoryLimited)
    }

    @Test(arguments: [(0.5, 1), (1, 1), (1.01, 2), (3, 3), (3.2, 4), (0.001, 1)])
    func `a quota is rounded up`(quota: Double, slots: Int) {
        let capacity = decide(allowed: four, ControlGroups(processorQuota: quota))
        #expect(capacity.slots == slots && capacity.bound == .quota(quota))
    }

    @Test func `a quota of more than there is bounds nothing`() {
        #expect(decide(allowed: four, ControlGroups(processorQuota: 4)).bound == .physicalCores)
        #expect(decide(allowed: four, ControlGroups(processorQuota: 1e300)).slots == 4)
        let two = Array(four[..<2])
        #expect(decide(allowed: two, ControlGroups(processorQuota: 3)).bound == .affinity)
        #expect(decide(allowed: two, ControlGroups(processorQuota: 0.5)).bound.description == "CPU quota 0.5")
    }

    @Test func `an affinity and a set of processors are told apart`() {
        let two = Array(four[..<2])
        let set = decide(allowed: two, ControlGroups(processors: [0, 4, 1, 5]))
        #expect(set.slots == 2 && set.bound == .processorSet && set.bound.description == "cpuset")
        let affinity = decide(allowed: two, ControlGroups(processors: Set(0..<8)))
        #expect(affinity.slots == 2 && affinity.bound == .affinity)
    }

    @Test func `a memory limit counts where it is less than the host has`() {
        let limited = decide(allowed: four, ControlGroups(memoryBytes: 512 << 20))
        #expect(limited.memoryBytes == 512 << 20 && limited.isMemoryLimited)
        let loose = decide(allowed: four, ControlGroups(memoryBytes: 64 << 30))
        #expect(loose.memoryBytes == 8 << 30 && !loose.isMemoryLimited)
    }

    @Test func `there is a slot even where nothing is allowed`() {
        #expect(decide(allowed: []).slots == 1)
    }

    private func decide(allowed: [PhysicalCore], _ groups: ControlGroups = ControlGroups()) -> HostCapacity {
        .decide(allowed: allowed, online: four, groups: groups, hostMemoryBytes: 8 << 30)
    }
}
