import Glibc
import Synchronization

/// Standard error as a place for lines and one status line below them, which is redrawn in place.
///
/// Where standard error is no terminal there is no status line. Safe to use from any thread.
final class Terminal: Sendable {
    let isInteractive: Bool
    private let status = Mutex("")

    init(isInteractive: Bool = isatty(STDERR_FILENO) == 1) {
        self.isInteractive = isInteractive
    }

    /// Prints lines above the status line.
    func print(_ text: String) {
        status.withLock { status in
            if status.isEmpty {
                Output.error(text)
            } else {
                _ = Output.write("\r\u{1b}[K\(text)\n\(status)", to: STDERR_FILENO)
            }
        }
    }

    /// Replaces the status line; an empty text removes it.
    func setStatus(_ text: String) {
        guard isInteractive else { return }
        status.withLock { status in
            let shown = String(text.prefix(columns - 1))
            guard shown != status else { return }
            status = shown
            _ = Output.write("\r\u{1b}[K\(shown)", to: STDERR_FILENO)
        }
    }

    /// The terminal's width.
    var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
