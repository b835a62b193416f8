import Dispatch
import Glibc
import HostSystem
import Synchronization

/// Standard error as a place for lines, and below them a panel of a few lines that is redrawn in place.
///
/// Where standard error is no terminal there is no panel. Safe to use from any thread.
public final class Terminal: Sendable {
    public struct Size: Sendable, Hashable {
        public var columns: Int
        public var rows: Int

        public init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
        }
    }

    /// Whether a panel can be redrawn here.
    public let isInteractive: Bool
    public let hasColors: Bool
    private let output: TerminalOutput
    private let measure: @Sendable () -> Size?
    /// The lines of the panel that is on the screen.
    private let panel = Mutex<[StyledLine]>([])

    /// - Parameters:
    ///   - isInteractive: whether the place understands escape sequences.
    ///   - isBuffered: whether `write` is called on a thread of the terminal's own; for callers who must not wait for
    ///     one that somebody stopped with Ctrl-S, or for a full pipe.
    ///   - write: writes to it.
    ///   - measure: its present size; `nil` where nobody knows.
    public init(
        isInteractive: Bool, hasColors: Bool, isBuffered: Bool = false, write: @escaping @Sendable (String) -> Void,
        measure: @escaping @Sendable () -> Size?
    ) {
        self.isInteractive = isInteractive
        self.hasColors = isInteractive && hasColors
        output = TerminalOutput(isBuffered: isBuffered, write: write)
        self.measure = measure
    }

    /// Standard error. `NO_COLOR` (no-color.org) leaves the colours out, and a dumb terminal gets plain lines.
    public convenience init(
        environment: [String: String], isTerminal: Bool = isatty(STDERR_FILENO) == 1, isBuffered: Bool = false
    ) {
        let isDumb = ["", "dumb"].contains(environment["TERM", default: ""])
        self.init(
            isInteractive: isTerminal && !isDumb, hasColors: environment["NO_COLOR", default: ""].isEmpty,
            isBuffered: isBuffered,
            // A terminal that is gone is no reason to end a sweep.
            write: { _ = writeAll($0, to: STDERR_FILENO) }, measure: { windowSize(of: STDERR_FILENO) })
    }

    /// How many columns standard output has; `nil` where it is no terminal, and so has no bound.
    public static func outputWidth() -> Int? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        return windowSize(of: STDOUT_FILENO)?.columns ?? 80
    }

    public var size: Size { measure() ?? Size(columns: 80, rows: 24) }

    /// Prints a line above the panel.
    public func print(_ text: String, _ style: StyledLine.Style = .plain) {
        let line = StyledLine(text, style).rendered(hasColors: hasColors)
        panel.withLock { shown in
            guard output.hasRoom(for: line) else { return }
            guard !shown.isEmpty else { return output.send(line + "\n") }
            output.send(top(of: shown) + line + "\u{1b}[K\n" + drawing(shown))
        }
    }

    /// Replaces the panel; one without lines removes it. Lines are cut to the terminal's width.
    public func setPanel(_ lines: [StyledLine]) {
        guard isInteractive else { return }
        // One column stays free: some terminals wrap a line that is exactly as wide.
        let limit = size.columns - 1
        let next = lines.prefix(max(1, size.rows - 1)).map { $0.cut(to: limit) }
        panel.withLock { shown in
            guard next != shown, output.hasRoom else { return }
            output.send(top(of: shown) + drawing(next) + (next.count < rowCount(of: shown) ? "\u{1b}[J" : ""))
            shown = next
        }
    }

    /// Waits until everything is written, for a moment.
    public func flush() { output.flush() }

    /// From the end of the panel's last line to the start of its first.
    private func top(of lines: [StyledLine]) -> String {
        let rows = rowCount(of: lines)
        return "\r" + (rows > 1 ? "\u{1b}[\(rows - 1)A" : "")
    }

    /// A terminal that became narrower has broken the lines.
    private func rowCount(of lines: [StyledLine]) -> Int {
        let columns = size.columns
        return lines.reduce(0) { $0 + max(1, ($1.width + columns - 1) / columns) }
    }

    private func drawing(_ lines: [StyledLine]) -> String {
        lines.map { $0.rendered(hasColors: hasColors) + "\u{1b}[K" }.joined(separator: "\n")
    }
}

private func windowSize(of descriptor: Int32) -> Terminal.Size? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    // Some pseudo-terminals have a width and no height.
    return Terminal.Size(columns: Int(size.ws_col), rows: size.ws_row > 0 ? Int(size.ws_row) : 24)
}
