import CLinux
import Glibc

/// How large a file a process may write.
public enum FileSizeLimit {
    /// In bytes; `UInt.max` where there is no limit.
    public static var current: UInt {
        var soft: UInt = 0
        var hard: UInt = 0
        return linux_get_limit(linux_file_size_limit, &soft, &hard) == 0 ? soft : .max
    }

    /// Raises the soft limit to the hard one, and has a write beyond it fail with `EFBIG`: the kernel would end the
    /// process without a word.
    public static func raise() {
        signal(SIGXFSZ, SIG_IGN)
        var soft: UInt = 0
        var hard: UInt = 0
        guard linux_get_limit(linux_file_size_limit, &soft, &hard) == 0, soft < hard else { return }
        _ = linux_set_limit(linux_file_size_limit, hard, hard)
    }
}
