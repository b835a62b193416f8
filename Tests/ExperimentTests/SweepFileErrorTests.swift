import Experiment
import Testing

/// Every fault of a sweep file with the whole line that is printed for it.
struct SweepFileErrorTests {
    @Test(arguments: syntaxFaults)
    func `a file that is not the YAML that a sweep needs is told by its line`(fault: Fault) { expect(fault) }

    @Test(arguments: keyFaults)
    func `a wrong key is told with the right one`(fault: Fault) { expect(fault) }

    @Test(arguments: valueFaults)
    func `a wrong value is told with what would be right`(fault: Fault) { expect(fault) }

    @Test(arguments: gridFaults)
    func `a wrong shape of the grid is told with the remedy`(fault: Fault) { expect(fault) }

    @Test(arguments: zipFaults)
    func `a wrong zip is told with the axes that it may name`(fault: Fault) { expect(fault) }

    @Test(arguments: ruleFaults)
    func `a wrong exclusion or inclusion is told at its line`(fault: Fault) { expect(fault) }

    @Test func `bytes that are not UTF-8 are told by their line`() {
        let error = #expect(throws: SweepFileError.self) {
            try Sweep(bytes: Array("name: a\ndata: ".utf8) + [0xFF, 0x0A], file: "bad.yaml")
        }
        #expect(error?.description == "bad.yaml:2: this is not UTF-8 text; save the file as UTF-8")
    }

    @Test func `a file over 1 MiB is refused before it is parsed`() {
        let error = #expect(throws: SweepFileError.self) {
            try Sweep(yaml: String(repeating: "#", count: Sweep.fileByteLimit + 1), file: "bad.yaml")
        }
        #expect(error?.description == "bad.yaml:1: this file has over 1 MiB; a sweep file holds lists of values")
    }

    @Test func `a grid over the limit says how many tasks it has`() {
        let list = { (count: Int) in "[" + (1...count).map(String.init).joined(separator: ", ") + "]" }
        let text = "name: a\ndata: shapes\ngrid:\n  batch_size: \(list(1_000))\n  seed: \(list(101))\n"
        let error = #expect(throws: SweepFileError.self) { try Sweep(yaml: text, file: "bad.yaml") }
        #expect(
            error?.description == "bad.yaml:3: grid: has 101,000 tasks (1,000 points × 101 seeds); "
                + "the limit is 100,000, so list fewer values or split the file")
    }

    @Test func `a grid whose size no 64-bit number holds is told as any other`() {
        let list = { (count: Int) in "[" + (1...count).map(String.init).joined(separator: ",") + "]" }
        let rates = "[" + (1...9_000).map { "\($0)e-4" }.joined(separator: ",") + "]"
        let text = """
            name: a
            data: shapes
            grid: {seed: \(list(20_000)), batch_size: \(list(4_096)), epochs: \(list(10_000)), \
            test_limit: \(list(20_000)),
              train_limit: \(list(20_000)), learning_rate: \(rates), norm: [bn, ln, none]}
            """
        let error = #expect(throws: SweepFileError.self) { try Sweep(yaml: text, file: "bad.yaml") }
        #expect(error?.message.hasPrefix("has 8,847,360,000,000,000,000,000,000 tasks") == true)
    }

    @Test func `a key of any length or content gives one short line`() {
        for key in [String(repeating: "x", count: 5_000), "\"two\\nlines\"", "\"\\0\"", "ключ", "🧪"] {
            let error = #expect(throws: SweepFileError.self) { try Sweep(yaml: "\(key): 1\n", file: "bad.yaml") }
            #expect(error?.description.contains { $0.isNewline } == false)
            #expect((error?.description.count ?? 0) < 220)
        }
    }

    private func expect(_ fault: Fault) {
        let error = #expect(throws: SweepFileError.self, "\(fault.text)") {
            try Sweep(yaml: fault.text, file: "bad.yaml")
        }
        #expect(error?.description == "bad.yaml:" + fault.line)
    }
}

/// A file and what is printed after its name.
struct Fault: Sendable, CustomTestStringConvertible {
    let text: String
    let line: String

    init(_ text: String, _ line: String) {
        self.text = text
        self.line = line
    }

    /// `lines` stand in the place of the grid of an otherwise good file, from line 3 on.
    static func body(_ lines: String, _ line: String) -> Fault {
        Fault("name: a\ndata: shapes\n\(lines)\n", line)
    }

    /// A good file with two axes, up to line 6; `lines` begin on line 7.
    static func rule(_ lines: String, _ line: String) -> Fault {
        body("grid:\n  norm: [bn, ln]\n  batch_size: [8, 16, 32]\n  seed: [1]\n\(lines)", line)
    }

    var testDescription: String { line }
}
