import CLinux

/// How many files, sockets and pipes a process may have open at once.
public struct FileLimit: Sendable, Equatable {
    /// What holds now.
    public var soft: Int
    /// What this user may raise it to.
    public var hard: Int

    public init(soft: Int, hard: Int) {
        self.soft = soft
        self.hard = hard
    }

    public static var current: FileLimit {
        var soft: UInt = 0
        var hard: UInt = 0
        guard linux_get_limit(linux_file_limit, &soft, &hard) == 0 else { return FileLimit(soft: .max, hard: .max) }
        return FileLimit(soft: Int(clamping: soft), hard: Int(clamping: hard))
    }

    /// Raises the soft limit to the hard one: the soft one is there for programs that use `select`, which this is not.
    /// Whoever wants a bound sets the hard one.
    public static func raise() {
        var soft: UInt = 0
        var hard: UInt = 0
        guard linux_get_limit(linux_file_limit, &soft, &hard) == 0, soft < hard else { return }
        _ = linux_set_limit(linux_file_limit, hard, hard)
    }

    /// Why `count` descriptors cannot be had and what to do; `nil` where they can.
    ///
    /// - Parameter advice: the limit to set, where more than `count` will soon be needed.
    public func refusal(of count: Int, for purpose: String, advice: Int? = nil) -> String? {
        guard soft < count else { return nil }
        let limit = max(count, advice ?? count)
        return "this process may have \(soft) files open and \(purpose) needs \(count); raise the limit with "
            + "ulimit -n \(limit) before the command (root can where it is refused), or LimitNOFILE=\(limit) of systemd"
    }
}
