import Glibc

/// Whether the kernel killed processes of this host for their memory since the value was made.
///
/// The kernel tells nobody why a process got its SIGKILL, but counts such kills. Somebody else's `kill -9` at the same
/// time as an out-of-memory kill of another process would be taken for one.
package struct OutOfMemoryKills: Sendable {
    private let countBefore = Self.count()

    package init() {}

    package func haveHappened() -> Bool { Self.count() > countBefore }

    /// The host's count; it has those of every memory cgroup in it.
    private static func count() -> Int {
        let line = contents("/proc/vmstat")?.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }

    /// Has the kernel choose this process before its agent, which can then report it, when memory runs out.
    package static func preferThisProcess() {
        guard let file = fopen("/proc/self/oom_score_adj", "we") else { return }
        fputs("500", file)
        fclose(file)
    }
}
