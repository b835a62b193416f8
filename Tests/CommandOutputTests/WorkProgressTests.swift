import CommandOutput
import Synchronization
import Testing

/// Long work says how far it is.
struct WorkProgressTests {
    private final class Lines: Sendable {
        let text = Mutex("")
        let now = Mutex(ContinuousClock.now)
    }

    private func progress(_ lines: Lines, interactive: Bool) -> WorkProgress {
        let terminal = Terminal(isInteractive: interactive, hasColors: false) { text in
            lines.text.withLock { $0 += text }
        } measure: {
            Terminal.Size(columns: 80, rows: 24)
        }
        return WorkProgress(terminal, clock: { lines.now.withLock { $0 } })
    }

    @Test func `a log has a line every five seconds, and none for what is soon over`() {
        let lines = Lines()
        let progress = progress(lines, interactive: false)
        for step in 0..<24 {
            progress.show("Drawing the figures: \(step) of 24")
            lines.now.withLock { $0 += .milliseconds(500) }
        }
        progress.end()
        #expect(lines.text.withLock { $0 } == "Drawing the figures: 10 of 24\nDrawing the figures: 20 of 24\n")
    }

    @Test func `a terminal has one line that is drawn again, and is gone at the end`() {
        let lines = Lines()
        let progress = progress(lines, interactive: true)
        progress.show("a: 1 of 2")
        progress.show("a: 2 of 2")
        #expect(lines.text.withLock { $0 }.contains("a: 2 of 2") && !lines.text.withLock { $0 }.contains("\n"))
        progress.end()
        #expect(lines.text.withLock { $0 }.hasSuffix("\u{1b}[J"))
    }
}
