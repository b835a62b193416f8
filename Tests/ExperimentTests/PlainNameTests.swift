import Experiment
import Testing

struct PlainNameTests {
    @Test(
        arguments: [
            ("a", true, true), ("A-z_0.9", true, true), (".", true, false), (".hidden", true, false),
            ("..", true, false), ("", false, false), ("a/b", false, false), ("a b", false, false),
            ("ä", false, false), ("a\n", false, false), (String(repeating: "x", count: 64), true, true),
            (String(repeating: "x", count: 65), false, false),
        ])
    func `a plain name has few kinds of characters, and that of a file does not begin with a dot`(
        text: String, isPlain: Bool, isOfFile: Bool
    ) {
        #expect(isPlainName(text) == isPlain)
        #expect(isPlainFileName(text) == isOfFile)
    }
}
