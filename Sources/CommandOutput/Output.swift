import Experiment
import Glibc
import HostSystem

/// Writes to standard output and standard error.
package enum Output {
    /// A result, and a line feed.
    package static func line(_ text: String) { self.text(text + "\n") }

    /// A result. What it names may come from a journal that somebody else made: no control character gets out. A reader
    /// that has seen enough and closed the pipe ends the command, successfully.
    package static func text(_ text: String) {
        switch writeAll(visible(text), to: STDOUT_FILENO) {
        case 0: return
        case EPIPE: Glibc.exit(0)
        case let code:
            error("error: standard output cannot be written: \(SystemReason.text(code))")
            Glibc.exit(1)
        }
    }

    /// Everything that is not a result; as `text`.
    package static func error(_ text: String) {
        _ = writeAll(visible(text) + "\n", to: STDERR_FILENO)
    }

    /// As a terminal may show it.
    package static func visible(_ text: String) -> String { text.withoutControls(except: ["\n", "\t"]) }
}
