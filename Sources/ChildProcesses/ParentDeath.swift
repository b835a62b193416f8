import CLinux
import Glibc

/// Ties a process's life to its parent's.
public enum ParentDeath {
    /// From now on the kernel kills this process when its parent ends.
    ///
    /// - Parameter parent: the process that started this one, as it told. A parent that ended before this call is
    ///   noticed: this process then ends at once.
    public static func follow(_ parent: pid_t) {
        guard linux_die_with_parent() == 0, getppid() == parent else { _exit(1) }
    }
}
