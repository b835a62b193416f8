import Glibc
import HostSystem

/// Writes to standard output and standard error.
enum Output {
    /// A result, and a line feed.
    static func line(_ text: String) { self.text(text + "\n") }

    /// A result. A reader that has seen enough and closed the pipe ends the command, successfully.
    static func text(_ text: String) {
        switch write(text, to: STDOUT_FILENO) {
        case 0: return
        case EPIPE: Glibc.exit(0)
        case let code:
            error("error: standard output cannot be written: \(SystemReason.text(code))")
            Glibc.exit(1)
        }
    }

    /// Everything that is not a result.
    static func error(_ text: String) {
        _ = write(text + "\n", to: STDERR_FILENO)
    }

    /// Returns 0, or the `errno` of the write that failed.
    static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
                let code = errno
                if count < 0 && code != EINTR { return code }
                offset += max(count, 0)
            }
            return 0
        }
    }
}
