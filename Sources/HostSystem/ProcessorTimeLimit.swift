import CLinux
import Glibc

/// How long a process may keep processors busy before the kernel ends it.
public struct ProcessorTimeLimit: Sendable, Equatable {
    public let seconds: Int

    public init(seconds: Int) {
        self.seconds = seconds
    }

    /// The limit of this process, which the processes that it starts inherit; `nil` where there is none.
    public static var current: ProcessorTimeLimit? {
        var soft: UInt = 0
        var hard: UInt = 0
        guard linux_get_limit(linux_processor_time_limit, &soft, &hard) == 0, soft < UInt(Int.max) else { return nil }
        return ProcessorTimeLimit(seconds: Int(soft))
    }

    /// Raises the soft limit to the hard one.
    public static func raise() {
        var soft: UInt = 0
        var hard: UInt = 0
        guard linux_get_limit(linux_processor_time_limit, &soft, &hard) == 0, soft < hard else { return }
        _ = linux_set_limit(linux_processor_time_limit, hard, hard)
    }

    /// What to know before a training begins.
    public var warning: String {
        "trainers are killed after \(seconds) s of processor time each, and so is any process of this sweep; "
            + "\(Self.remedy)"
    }

    /// Why a process that was ended by `signal` was ended by this limit; `nil` where something else did it.
    ///
    /// - Parameter used: its processor time. The kernel counts what it compares with the limit in its own way, so that
    ///   this may lack a little.
    package func explanation(of signal: Int32, used: Duration) -> String? {
        guard signal == SIGXCPU || signal == SIGKILL && used >= .seconds(seconds) - .seconds(1) else { return nil }
        return "it had used up its \(seconds) s of processor time; \(Self.remedy)"
    }

    private static let remedy = "raise that limit (ulimit -t, LimitCPU= of systemd)"
}
