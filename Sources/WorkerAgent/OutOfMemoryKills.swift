/// Whether the kernel killed processes of this host for their memory since the value was made.
///
/// The kernel tells nobody why a process got its SIGKILL, but counts such kills. Somebody else's `kill -9` at the same
/// time as an out-of-memory kill of another process would be taken for one.
struct OutOfMemoryKills: Sendable {
    private let countBefore = Self.count()

    func haveHappened() -> Bool { Self.count() > countBefore }

    /// The host's count; it has those of every memory cgroup in it.
    private static func count() -> Int {
        let line = contents("/proc/vmstat")?.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
}
