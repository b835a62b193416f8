import Glibc
import HostSystem

/// Writes to standard output and standard error.
package enum Output {
    /// A result, and a line feed.
    package static func line(_ text: String) { self.text(text + "\n") }

    /// A result. A reader that has seen enough and closed the pipe ends the command, successfully.
    package static func text(_ text: String) {
        switch writeAll(text, to: STDOUT_FILENO) {
        case 0: return
        case EPIPE: Glibc.exit(0)
        case let code:
            error("error: standard output cannot be written: \(SystemReason.text(code))")
            Glibc.exit(1)
        }
    }

    /// Everything that is not a result.
    package static func error(_ text: String) {
        _ = writeAll(text + "\n", to: STDERR_FILENO)
    }
}
