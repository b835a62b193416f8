import CLinux
import Glibc

/// How a process learns of its parent's end.
public enum ParentDeath {
    /// From now on this process ends at once when its parent does.
    ///
    /// It learns of it in two ways: by a signal of the kernel, and by the end of its standard input, whose other end
    /// the parent holds. So call it when everything that the parent writes has been read.
    ///
    /// The signal is asked for by a thread, and forgotten with it: hence one that never ends.
    ///
    /// - Parameter parent: the process that started this one, as it told. A parent that ended before is noticed.
    public static func follow(_ parent: pid_t) {
        NamedThread.detach(named: "parent-watch") {
            guard linux_die_with_parent() == 0, getppid() == parent else { _exit(1) }
            waitForIt()
            _exit(1)
        }
    }

    /// Waits for the parent's end, for a process that decides itself what then: until standard input ends.
    public static func waitForIt() {
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count == 0 || count < 0 && errno != EINTR { return }
        }
    }
}
