import CommandOutput
import Commands
import Foundation
import Synchronization
import Testing

/// A download says how far it is.
struct FetchProgressTests {
    private final class Screen: Sendable {
        let text = Mutex("")
        let now = Mutex(ContinuousClock.now)

        func wait(_ time: Duration) { now.withLock { $0 += time } }
    }

    private func progress(_ screen: Screen, interactive: Bool) -> FetchProgress {
        let terminal = Terminal(isInteractive: interactive, hasColors: false) { text in
            screen.text.withLock { $0 += text }
        } measure: {
            Terminal.Size(columns: 120, rows: 24)
        }
        return FetchProgress(terminal, clock: { screen.now.withLock { $0 } })
    }

    @Test func `a log has a line for each tenth of the download`() throws {
        let screen = Screen()
        let progress = progress(screen, interactive: false)
        progress.show(.downloading(try #require(URL(string: "https://mirror.example/c.tar.gz")), from: 5))
        for part in 0...20 {
            progress.show(.received(byteCount: part * 5_000_000, total: 100_000_000))
            screen.wait(.seconds(1))
        }
        progress.show(.checking(path: "c.tar.gz"))
        let lines = screen.text.withLock { $0 }.split(separator: "\n").map(String.init)
        #expect(lines.first == "https://mirror.example/c.tar.gz, going on from byte 5")
        try #require(lines.count == 12 && lines.last == "checking c.tar.gz")
        #expect(lines[1] == "10 % of 100.0 MB, 5.0 MB/s, 0:18 left", "\(lines[1])")
    }

    @Test func `a terminal has a bar that moves ten times a second`() {
        let screen = Screen()
        let progress = progress(screen, interactive: true)
        var draws = 0
        for part in 0...100 {
            let before = screen.text.withLock { $0.count }
            progress.show(.received(byteCount: part * 1_000_000, total: 100_000_000))
            if screen.text.withLock({ $0.count }) > before { draws += 1 }
            screen.wait(.milliseconds(50))
        }
        #expect((48...52).contains(draws), "\(draws)")
        #expect(screen.text.withLock { $0 }.contains("[" + String(repeating: "#", count: 15)))
        progress.end()
        #expect(screen.text.withLock { $0 }.hasSuffix("\u{1b}[J"))
    }

    @Test func `a download whose length the server does not say shows its bytes alone`() {
        let screen = Screen()
        let progress = progress(screen, interactive: true)
        progress.show(.received(byteCount: 0, total: nil))
        progress.show(.received(byteCount: 2_000_000, total: nil))
        #expect(screen.text.withLock { $0 }.contains("2.0 MB"))
        #expect(!screen.text.withLock { $0 }.contains("%"))
    }
}
