import CommandOutput
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

/// A log has one line an entry.
struct LineLogTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private func log(_ format: OutputFormat, _ body: (Logger) -> Void) -> [String] {
        let lines = Lines()
        body(
            Logger(label: "worker") { label in
                LineLog(label: label, level: .info, format: format) { line in lines.all.withLock { $0.append(line) } }
            })
        return lines.all.withLock { $0 }
    }

    @Test func `an entry's facts are sorted, and entries below the log's level are left out`() throws {
        let lines = log(.text) { log in
            log.debug("unseen")
            log.notice("joined", metadata: ["slots": "2", "host": "north"])
        }
        let line = try #require(lines.first)
        #expect(lines.count == 1)
        #expect(line.hasSuffix(" notice worker: joined host=north slots=2"))
        #expect(line.prefixMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
    }

    @Test func `an entry in JSON is an object with the facts as its members`() throws {
        let lines = log(.json) { $0.error("a \"quoted\" fault", metadata: ["path": "/tmp/x"]) }
        let object = try JSONSerialization.jsonObject(with: Data(try #require(lines.first).utf8)) as? [String: String]
        #expect(object?["level"] == "error" && object?["event"] == "worker" && object?["path"] == "/tmp/x")
        #expect(object?["message"] == "a \"quoted\" fault")
    }

    @Test func `a file keeps what it has, and one that cannot be opened is named`() throws {
        let directory = TemporaryDirectory()
        let path = "\(directory.path)/a.log"
        try "earlier\n".write(toFile: path, atomically: true, encoding: .utf8)
        let handler = try LineLog.appending(to: path, label: "replay", level: .info, format: .text)
        Logger(label: "replay") { _ in handler }.info("later")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.hasPrefix("earlier\n") && text.hasSuffix(" info replay: later\n"))
        let failure = #expect(throws: CommandFailure.self) {
            try LineLog.appending(to: "\(path)/b.log", label: "replay", level: .info, format: .text)
        }
        #expect(failure?.message.hasPrefix("\(path)/b.log: cannot be opened for writing: ") == true)
    }

    @Test func `an entry stays one line, whatever a peer is called`() throws {
        let lines = log(.text) { $0.notice("joined", metadata: ["host": "a\nb\u{1B}[2J\u{2028}c\u{202E}d"]) }
        #expect(lines.first?.hasSuffix(" notice worker: joined host=a b [2J c d") == true)
    }
}
