import Glibc

/// What the control groups of this process allow it: those of version 1, those of version 2, or, on a host that has
/// both, the least of them.
///
/// A group is bounded by all that it lies in, so each is asked up to the mount point. In a container, what lies above
/// cannot be seen: there the mount point is the container's own group, as a rule the bounded one.
package struct ControlGroups: Sendable, Equatable {
    /// Processors' worth of time, such as 0.5; `nil` where there is no quota.
    package var processorQuota: Double?
    /// `nil` where there is no limit.
    package var memoryBytes: Int?
    /// The logical processors of the set; `nil` where no set is told.
    package var processors: Set<Int>?

    package init(processorQuota: Double? = nil, memoryBytes: Int? = nil, processors: Set<Int>? = nil) {
        self.processorQuota = processorQuota
        self.memoryBytes = memoryBytes
        self.processors = processors
    }

    /// Reads the groups of this process. What is missing or garbled bounds nothing.
    ///
    /// - Parameter root: stands before every path, for tests.
    package static func ofThisProcess(root: String = "") -> ControlGroups {
        var groups = ControlGroups()
        let mounts = contents("\(root)/proc/self/mountinfo").map(Mount.all) ?? []
        for membership in contents("\(root)/proc/self/cgroup").map(Membership.all) ?? [] {
            guard let mount = mounts.first(where: { $0.holds(membership) }) else { continue }
            for directory in mount.directories(of: membership.path) {
                groups.addLimits(in: root + directory, of: membership)
            }
        }
        return groups
    }

    /// Takes what a group says into account.
    private mutating func addLimits(in directory: String, of membership: Membership) {
        func file(_ name: String) -> String? { contents("\(directory)/\(name)") }
        if membership.isVersion2 {
            limitProcessors(to: file("cpu.max").flatMap(Self.quota))
            limitMemory(to: file("memory.max").flatMap(Self.number))
            // Beyond it the group is slowed down and reclaimed from, which for training comes to the same.
            limitMemory(to: file("memory.high").flatMap(Self.number))
            if processors == nil { processors = file("cpuset.cpus.effective").flatMap(Self.processors) }
            return
        }
        if membership.controllers.contains("cpu"), let period = file("cpu.cfs_period_us") {
            limitProcessors(to: file("cpu.cfs_quota_us").flatMap { Self.quota("\($0) \(period)") })
        }
        if membership.controllers.contains("memory") {
            limitMemory(to: file("memory.limit_in_bytes").flatMap(Self.number))
        }
        if membership.controllers.contains("cpuset"), processors == nil {
            processors = (file("cpuset.effective_cpus") ?? file("cpuset.cpus")).flatMap(Self.processors)
        }
    }

    private mutating func limitProcessors(to quota: Double?) {
        if let quota { processorQuota = min(processorQuota ?? quota, quota) }
    }

    private mutating func limitMemory(to memory: Int?) {
        // Version 1 says “none” with the largest multiple of a page.
        if let memory, memory < Int.max - (1 << 20) { memoryBytes = min(memoryBytes ?? memory, memory) }
    }
}

// MARK: - What the files say

extension ControlGroups {
    /// `50000 100000`: microseconds in each period. `max` or -1 stands for none.
    private static func quota(_ text: String) -> Double? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let time = Double(words[0]), let period = Double(words[1]), time > 0, period > 0,
            time.isFinite, period.isFinite
        else { return nil }
        return time / period
    }

    private static func number(_ text: String) -> Int? {
        let word = text.split(whereSeparator: \.isWhitespace).first ?? ""
        return Int(word).flatMap { $0 > 0 ? $0 : nil }
    }

    /// `0-3,8`.
    package static func processors(_ text: String) -> Set<Int>? {
        var processors: Set<Int> = []
        for range in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            let ends = range.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends.last!, first >= 0, first <= last,
                last < HostCores.maskWords * 64
            else { return nil }
            processors.formUnion(first...last)
        }
        return processors.isEmpty ? nil : processors
    }
}

/// A line of `/proc/self/cgroup`: `4:cpu,cpuacct:/docker/abc`, or `0::/user.slice` for version 2.
private struct Membership {
    let controllers: [Substring]
    let path: String
    let isVersion2: Bool

    static func all(_ text: String) -> [Membership] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, fields[2].hasPrefix("/") else { return nil }
            return Membership(
                controllers: fields[1].split(separator: ","), path: String(fields[2]),
                isVersion2: fields[0] == "0" && fields[1].isEmpty)
        }
    }
}

/// A line of `/proc/self/mountinfo` that mounts a hierarchy of groups.
private struct Mount {
    /// The group that is mounted.
    let root: String
    let point: String
    let isVersion2: Bool
    /// The words of the mount; in version 1 the controllers are among them.
    let options: [Substring]

    static func all(_ text: String) -> [Mount] { text.split(separator: "\n").compactMap(Mount.init) }

    /// `ID PARENT DEVICE ROOT POINT OPTIONS TAGS… - TYPE SOURCE OPTIONS`.
    init?(_ line: Substring) {
        let fields = line.split(separator: " ")
        guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3,
            ["cgroup", "cgroup2"].contains(fields[dash + 1])
        else { return nil }
        root = Self.unescaped(fields[3])
        point = Self.unescaped(fields[4])
        isVersion2 = fields[dash + 1] == "cgroup2"
        options = fields[dash + 3].split(separator: ",")
    }

    func holds(_ membership: Membership) -> Bool {
        membership.isVersion2
            ? isVersion2 : !isVersion2 && membership.controllers.contains { options.contains($0) }
    }

    /// The directories of a group and of all that it lies in, as far as they are mounted.
    func directories(of group: String) -> [String] {
        let prefix = root == "/" ? "" : root
        // What lies outside of the mounted group is another container's view.
        var relative = group.hasPrefix(prefix + "/") && !group.contains("/..") ? group.dropFirst(prefix.count)[...] : ""
        var directories: [String] = []
        while let slash = relative.lastIndex(of: "/") {
            if relative.count > 1 { directories.append(point + relative) }
            relative = relative[..<slash]
        }
        return directories + [point]
    }

    /// The kernel writes spaces and the like as `\040`.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
