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
