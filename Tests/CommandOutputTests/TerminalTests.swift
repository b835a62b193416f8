import CommandOutput
import Dispatch
import Synchronization
import Testing

/// A terminal of letters: what the escape sequences of `Terminal` leave on the screen.
private final class Screen: Sendable {
    private let state = Mutex(State())

    fileprivate struct State {
        var lines = [""]
        var row = 0
        var column = 0
    }

    var text: [String] {
        state.withLock { state in
            state.lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
        }
    }

    func write(_ text: String) {
        state.withLock { state in
            var rest = Substring(text)
            while let first = rest.first {
                if first == "\u{1b}", let match = rest.prefixMatch(of: /\u{1b}\[([0-9]*)([A-Za-z])/) {
                    state.obey(String(match.output.2), Int(match.output.1))
                    rest = rest[match.range.upperBound...]
                } else {
                    state.put(first)
                    rest = rest.dropFirst()
                }
            }
        }
    }
}

extension Screen.State {
    mutating func put(_ character: Character) {
        switch character {
        case "\r": column = 0
        case "\n":
            (row, column) = (row + 1, 0)
            if row == lines.count { lines.append("") }
        default:
            var line = Array(lines[row])
            while line.count <= column { line.append(" ") }
            line[column] = character
            lines[row] = String(line)
            column += 1
        }
    }

    mutating func obey(_ command: String, _ number: Int?) {
        switch command {
        case "A": row -= number ?? 1
        case "K": lines[row] = String(lines[row].prefix(column))
        case "J":
            lines[row] = String(lines[row].prefix(column))
            lines.removeSubrange((row + 1)...)
        default: break
        }
    }
}

/// A terminal keeps a panel below what is printed.
struct TerminalTests {
    private let screen = Screen()

    private func terminal(columns: Int = 80, rows: Int = 24, interactive: Bool = true) -> Terminal {
        Terminal(
            isInteractive: interactive, hasColors: true, write: { [screen] in screen.write($0) },
            measure: { Terminal.Size(columns: columns, rows: rows) })
    }

    private func lines(_ texts: String...) -> [StyledLine] { texts.map { StyledLine($0, .green) } }

    /// A host's name, say, or a reason out of an old journal.
    @Test func `no text of a line commands the terminal, and styles do`() {
        var line = StyledLine("a\u{1B}[2J\u{9B}J\u{202E}b", .red)
        line.append("\u{7}c")
        #expect(line.rendered(hasColors: true) == "\u{1B}[31ma [2J J b\u{1B}[0m c")
        #expect(line.rendered(hasColors: false) == "a [2J J b c" && line.width == 11)
    }

    @Test func `lines are printed above the panel, which is redrawn in place`() {
        let terminal = terminal()
        terminal.print("first")
        terminal.setPanel(lines("bar", "worker"))
        terminal.print("second, which is longer than the panel")
        terminal.setPanel(lines("bar 2", "worker", "best"))
        #expect(screen.text == ["first", "second, which is longer than the panel", "bar 2", "worker", "best"])
    }

    @Test func `a panel that shrinks or goes leaves nothing behind`() {
        let terminal = terminal()
        terminal.setPanel(lines("one", "two", "three"))
        terminal.setPanel(lines("1"))
        #expect(screen.text == ["1"])
        terminal.setPanel([])
        terminal.print("done")
        #expect(screen.text == ["done", ""])
    }

    @Test func `lines are cut to the width, and the panel to the height`() {
        let terminal = terminal(columns: 10, rows: 3)
        terminal.setPanel(lines("0123456789", "short", "third"))
        #expect(screen.text == ["01234567…", "short"])
    }

    @Test func `without a terminal there is no panel and no colour`() {
        let terminal = terminal(interactive: false)
        terminal.setPanel(lines("bar"))
        terminal.print("line", .red)
        #expect(screen.text == ["line", ""])
        #expect(!terminal.hasColors)
    }

    /// Ctrl-S stops a terminal like that.
    @Test func `a terminal that takes nothing holds nobody up, and what it missed is said`() {
        let taken = Mutex<[String]>([])
        let opened = DispatchSemaphore(value: 0)
        let terminal = Terminal(
            isInteractive: true, hasColors: false, isBuffered: true,
            write: { text in
                if taken.withLock({ $0.isEmpty }) { opened.wait() }
                taken.withLock { $0.append(text) }
            }, measure: { nil })
        let line = String(repeating: "x", count: 1000)
        for _ in 0..<1000 { terminal.print(line) }
        opened.signal()
        terminal.flush()
        terminal.print("again")
        terminal.flush()
        let texts = taken.withLock { $0 }
        #expect((200..<400).contains(texts.count))
        #expect(
            texts.suffix(2) == [
                "... \(1000 - (texts.count - 2)) lines left out: the terminal did not take them\n", "again\n",
            ])
    }

    @Test func `NO_COLOR leaves the colours out; an empty one does not`() {
        #expect(StyledLine("x", .red).rendered(hasColors: true) == "\u{1b}[31mx\u{1b}[0m")
        #expect(StyledLine("x", .red).rendered(hasColors: false) == "x")
        #expect(Terminal(environment: ["TERM": "xterm"], isTerminal: true).hasColors)
        #expect(Terminal(environment: ["TERM": "xterm", "NO_COLOR": ""], isTerminal: true).hasColors)
        #expect(!Terminal(environment: ["TERM": "xterm", "NO_COLOR": "1"], isTerminal: true).hasColors)
        #expect(!Terminal(environment: ["TERM": "dumb"], isTerminal: true).isInteractive)
        #expect(!Terminal(environment: [:], isTerminal: true).isInteractive)
        #expect(!Terminal(environment: ["TERM": "xterm"], isTerminal: false).hasColors)
    }
}
