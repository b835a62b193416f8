import Experiment
import Testing

struct PlainTextTests {
    @Test func `control characters become spaces and everything else stays`() {
        #expect("a\u{1B}[2J\r\n\u{0}\u{7F}\u{9B}z".withoutControls() == "a [2J     z")
        #expect("ä 🧪 e\u{301}\tb\n".withoutControls(except: ["\n", "\t"]) == "ä 🧪 e\u{301}\tb\n")
        #expect("a\tb\u{7}".withoutControls(except: ["\t"]) == "a\tb ")
        #expect("".withoutControls().isEmpty)
    }

    /// As Unicode lists them: UAX #9 for the direction, 2028 and 2029 for separators.
    @Test func `what turns the direction of writing or ends a line becomes a space`() {
        let turning: [ClosedRange<UInt32>] = [
            0x61C...0x61C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028...0x2029,
        ]
        for value in turning.joined() {
            let text = "a\(Unicode.Scalar(value)!)b"
            #expect(text.withoutControls() == "a b", "U+\(String(value, radix: 16))")
        }
        // Neighbours, the joiners of names and emoji, and letters that are written from right to left.
        for text in ["\u{200B}\u{200C}\u{200D}\u{2010}\u{2027}\u{202F}\u{2065}\u{206A}", "👩‍🚀", "שלום", "مرحبا"] {
            #expect(text.withoutControls() == text)
        }
    }

    @Test func `a single line is cut by what it is made of, not by what is seen`() {
        #expect(singleLine("one\ntwo") == "one two")
        #expect(singleLine(String(repeating: "x", count: 60)) == String(repeating: "x", count: 60))
        #expect(singleLine(String(repeating: "x", count: 61)) == String(repeating: "x", count: 60) + "…")
        let towers = "a" + String(repeating: "\u{301}", count: 10_000)
        #expect(singleLine(towers, limit: 10).unicodeScalars.count == 11)
    }
}
