import Experiment
import Glibc
import HostSystem

/// How much of this host the process may use, and what bounds it.
public struct HostCapacity: Sendable, Equatable {
    /// The physical cores that it may run on.
    public let cores: [PhysicalCore]
    /// Slots that keep it busy: one for each core, and no more than the quota has processors, rounded up.
    public let slots: Int
    /// What `slots` is bounded by.
    public let bound: ProcessorBound
    /// The host's memory, or what a control group leaves of it; `nil` where it is not known.
    public let memoryBytes: Int?
    /// Whether a control group bounds the memory.
    public let isMemoryLimited: Bool

    /// What a number of slots comes from.
    public enum ProcessorBound: Sendable, Hashable {
        /// The host has no more.
        case physicalCores
        /// The process was bound to some of them, by `taskset` for instance.
        case affinity
        /// A control group has a set of processors.
        case processorSet
        /// A control group has a quota of so many processors.
        case quota(Double)
    }

    /// Looks at what this process may use now.
    public static func inspect() -> HostCapacity {
        decide(
            allowed: HostCores.allowed(), online: HostCores.online(), groups: .ofThisProcess(),
            hostMemoryBytes: hostMemory())
    }

    /// - Parameters:
    ///   - allowed: cores on which the kernel lets the process run; it has heeded affinity and set.
    ///   - online: cores of the host.
    package static func decide(
        allowed: [PhysicalCore], online: [PhysicalCore], groups: ControlGroups, hostMemoryBytes: Int?
    ) -> HostCapacity {
        let (slots, bound): (Int, ProcessorBound)
        if let quota = groups.processorQuota, quota.rounded(.up) < Double(allowed.count) {
            (slots, bound) = (max(1, Int(quota.rounded(.up))), .quota(quota))
        } else if allowed.count < online.count {
            let processors = Set(allowed.flatMap(\.processors))
            (slots, bound) = (max(1, allowed.count), groups.processors == processors ? .processorSet : .affinity)
        } else if let quota = groups.processorQuota, quota < Double(allowed.count) {
            // Rounded up it comes to the same number, but less than that is what there is.
            (slots, bound) = (max(1, allowed.count), .quota(quota))
        } else {
            (slots, bound) = (max(1, allowed.count), .physicalCores)
        }
        let limit = groups.memoryBytes
        let isLimited = limit.map { limit in hostMemoryBytes.map { limit < $0 } ?? true } ?? false
        return HostCapacity(
            cores: allowed, slots: slots, bound: bound, memoryBytes: isLimited ? limit : hostMemoryBytes,
            isMemoryLimited: isLimited)
    }

    private static func hostMemory() -> Int? {
        let line = contents("/proc/meminfo")?.split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    }
}

extension HostCapacity.ProcessorBound: CustomStringConvertible {
    /// For people.
    public var description: String {
        switch self {
        case .physicalCores: "physical cores"
        case .affinity: "affinity"
        case .processorSet: "cpuset"
        case .quota(let processors): "CPU quota \(shortestText((processors * 100).rounded(.up) / 100))"
        }
    }
}
