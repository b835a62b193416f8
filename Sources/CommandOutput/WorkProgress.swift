import Foundation
import Synchronization

/// Says how far a long piece of work is: in a terminal a line that moves, elsewhere a plain line every few seconds.
public final class WorkProgress: Sendable {
    /// Work that is over sooner leaves no line in a log.
    private static let plainPause = Duration.seconds(5)

    private let terminal: Terminal
    private let isQuiet: Bool
    private let line: @Sendable (String) -> String
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let lastLine: Mutex<ContinuousClock.Instant>

    /// - Parameters:
    ///   - line: makes a line of a log of a text.
    ///   - clock: stands in for time in tests.
    public init(
        _ terminal: Terminal, isQuiet: Bool = false, line: @escaping @Sendable (String) -> String = { $0 },
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.terminal = terminal
        self.isQuiet = isQuiet
        self.line = line
        self.clock = clock
        lastLine = Mutex(clock())
    }

    /// The progress of a command that does nothing else.
    public static func onStandardError() -> WorkProgress {
        WorkProgress(Terminal(environment: ProcessInfo.processInfo.environment))
    }

    /// Says what is being done, as often as there is anything new.
    public func show(_ text: String) {
        guard !isQuiet else { return }
        guard !terminal.isInteractive else { return terminal.setPanel([StyledLine(text, .dim)]) }
        let isDue = lastLine.withLock { last in
            guard clock() - last >= Self.plainPause else { return false }
            last = clock()
            return true
        }
        if isDue { terminal.print(line(text)) }
    }

    /// Takes the line away.
    public func end() {
        terminal.setPanel([])
        terminal.flush()
    }
}
