import CommandOutput
import Testing

struct JSONTextTests {
    private struct Row: Encodable {
        var useLimit = 2
        var approval = true
        var reason: String?
    }

    @Test func `a value is one line, with its keys sorted and their words apart by underscores`() throws {
        #expect(
            try jsonText([Row(), Row(reason: "a\nb")])
                == #"[{"approval":true,"use_limit":2},{"approval":true,"reason":"a\nb","use_limit":2}]"#)
    }

    @Test func `a number that JSON does not have is an error`() {
        #expect(throws: EncodingError.self) { try jsonText([Double.nan]) }
    }
}
