import Experiment
import Testing

struct PlainTextTests {
    @Test func `each control character becomes a space, and everything else stays`() {
        #expect("a\u{1B}[2J\r\n\u{0}\u{7F}\u{9B}z".withoutControls() == "a [2J     z")
        #expect("ä 🧪 e\u{301}\tb\n".withoutControls(except: ["\n", "\t"]) == "ä 🧪 e\u{301}\tb\n")
        #expect("a\tb\u{7}".withoutControls(except: ["\t"]) == "a\tb ")
        #expect("".withoutControls().isEmpty)
    }
}
