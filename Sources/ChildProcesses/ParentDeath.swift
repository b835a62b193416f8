import CLinux
import Glibc

/// How a process learns of its parent's end.
public enum ParentDeath {
    /// From now on this process ends at once when its parent does.
    ///
    /// It learns of it in two ways: by a signal of the kernel, and by the end of its standard input, whose other end
    /// the parent holds. So from now on nobody else may read that.
    ///
    /// The kernel forgets the signal with the thread that asked for it: hence a thread that never ends.
    ///
    /// - Parameters:
    ///   - parent: the process that started this one, as it told. A parent that ended before is noticed.
    ///   - take: gets what the parent writes from now on, on that thread.
    public static func follow(_ parent: pid_t, taking take: @escaping @Sendable (ArraySlice<UInt8>) -> Void = { _ in })
    {
        NamedThread.detach(named: "parent-watch") {
            guard linux_die_with_parent() == 0, getppid() == parent else { _exit(1) }
            waitForIt(taking: take)
            _exit(1)
        }
    }

    /// Waits for the parent's end, for a process that decides itself what then: until standard input ends.
    public static func waitForIt(taking take: (ArraySlice<UInt8>) -> Void = { _ in }) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count == 0 || count < 0 && errno != EINTR { return }
            if count > 0 { take(buffer[..<count]) }
        }
    }
}
