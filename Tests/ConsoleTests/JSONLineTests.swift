import Console
import Foundation
import Testing

@Suite("A log entry is one line of JSON")
struct JSONLineTests {
    @Test func `whatever the text, it is one line that reads back`() throws {
        let time = Date(timeIntervalSince1970: 0)
        var line = JSONLine(level: "info", event: "message", message: "a \"b\"\nc/d ü", time: time)
        line.set("epochs", 3)
        line.set("rate", nil)
        #expect(
            line.text
                == #"{"epochs":3,"event":"message","level":"info","message":"a \"b\"\nc/d ü","#
                + #""time":"1970-01-01T00:00:00Z"}"#
        )
    }
}
