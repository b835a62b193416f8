import CommandOutput
import Foundation
import Testing

/// A log entry is one line of JSON.
struct JSONLineTests {
    @Test func `a log entry is one line that reads back, whatever its text`() throws {
        let time = Date(timeIntervalSince1970: 0)
        var line = JSONLine(level: "info", event: "message", message: "a \"b\"\nc/d ü", time: time)
        line.set("epochs", 3)
        line.set("rate", Double?.none)
        #expect(
            line.text
                == #"{"epochs":3,"event":"message","level":"info","message":"a \"b\"\nc/d ü","#
                + #""time":"1970-01-01T00:00:00Z"}"#
        )
    }

    @Test func `what ends a command is an entry with its exit code`() throws {
        let failure = CommandFailure("--dashboard \"x\": no", exitCode: .usage)
        let object = try JSONSerialization.jsonObject(with: Data(JSONLine(failure).text.utf8)) as? [String: Any]
        #expect(object?["event"] as? String == "commandFailed" && object?["level"] as? String == "error")
        #expect(object?["message"] as? String == failure.message && object?["exit_code"] as? Int == 2)
    }

    /// JSON escapes the controls of ASCII alone; and a terminal takes a few others for commands.
    @Test func `no text of a line rewrites the terminal that shows it`() throws {
        let text = "a\u{1B}[2J\u{9B}2J\u{7F}\u{202E}b\u{2028}c\n"
        var line = JSONLine(level: "info", event: "e", message: text)
        line.set("host", text)
        #expect(
            !line.text.unicodeScalars.contains { $0.value < 0x20 || [0x7F, 0x9B, 0x202E, 0x2028].contains($0.value) })
        let object = try JSONSerialization.jsonObject(with: Data(line.text.utf8)) as? [String: String]
        #expect(object?["host"] == "a\u{1B}[2J 2J  b c\n" && object?["message"] == object?["host"])
    }

    /// A table of workers, say, whose names an old journal has.
    @Test func `what a command prints keeps its lines and loses what could rewrite the terminal`() {
        #expect(Output.visible("worker\tä\n\u{1B}]0;title\u{7}\u{9B}\u{202E}x\n") == "worker\tä\n ]0;title   x\n")
    }

    @Test(arguments: [
        .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e300, 0, -0.0, 9.3e18, .nan,
        .infinity, -.infinity,
    ])
    func `a line of JSON is JSON, whatever the number`(number: Double) throws {
        var line = JSONLine(level: "info", event: "e", message: "m\u{0}\n")
        line.set("value", number)
        let object = try JSONSerialization.jsonObject(with: Data(line.text.utf8)) as? [String: Any]
        let value = try #require(object?["value"])
        #expect(number.isFinite ? value as? Double == number : value as? String == number.description)
    }
}
