import Foundation
import TestSupport
import Testing

private let long = String(repeating: "x", count: 121)
private let words = String(repeating: "xxx ", count: 30) + "y"

/// The rules find what they are for, and nothing in what is right.
struct RuleTests {
    private func file(_ text: String, path: String = "Sources/Experiment/A.swift") -> SourceFile {
        SourceFile(path: path, text: text)
    }

    @Test func `comments and texts are told from code`() {
        let text = SwiftText(
            #"""
            let a = "// no comment \(b("}")) {" // one
            /* { */ let c = #"\"#; let d = /"[^"]*\// ; let e = f / g
            let h = """
                { // no comment
                """
            /// two
            """#)
        #expect(text.comments.map(\.text) == [" one", " two"])
        #expect(text.comments.map(\.line) == [1, 6])
        #expect(text.comments.map(\.isDocumentation) == [false, true])
        #expect(!text.code.contains("{") && !text.code.contains("}"))
        #expect(text.code.contains("let e = f / g"))
        #expect(text.codeLines.count == 6)
    }

    @Test func `long lines, functions and files are found`() {
        #expect(Rules.sizes(file("// \(long.dropLast(4))")).isEmpty)
        #expect(
            Rules.sizes(file("\n// \(long.dropLast(3))\n")).map { $0.prefix(29) } == ["Sources/Experiment/A.swift:2:"])
        let body = { (count: Int) in String(repeating: "    a()\n", count: count) }
        #expect(Rules.sizes(file("func f() {\n\(body(68))}\n")).isEmpty)
        #expect(Rules.sizes(file("func f() {\n\(body(69))}\n")).count == 1)
        #expect(Rules.sizes(file("static func f(\n    a: Int\n) throws -> [Int] {\n\(body(67))}\n")).count == 1)
        #expect(Rules.sizes(file("struct A {\n    init() {\n\(body(69))    }\n}\n")).count == 1)
        #expect(Rules.sizes(file(String(repeating: "a\n", count: 400))).isEmpty)
        #expect(Rules.sizes(file(String(repeating: "a\n", count: 401))).count == 1)
    }

    @Test(
        arguments: [
            ("a.md", "word \(words)", 1), ("a.md", "- word \(words)", 1), ("a.md", "| a | \(words) |", 0),
            ("a.md", "```\nword \(words)\n```\nword", 0), ("a.md", "```\n```\nword \(words)", 1),
            ("a.md", "- [a link](https://\(long))", 0), ("a.md", "https://\(long)", 0),
            ("a.md", "see [a link](https://\(long))", 1),
            ("deploy/test", "word \(words)", 1), ("a.css", long, 1), ("a.h", "| \(words)", 1), ("a.h", "short", 0),
        ])
    func `long lines of articles, scripts and headers are found, but for what has no other form`(
        path: String, text: String, count: Int
    ) {
        #expect(Rules.lineLengths(file(text, path: path)).count == count)
    }

    @Test func `a file that cannot be read is found, and counts as none that is clean`() throws {
        let directory = TemporaryDirectory()
        try Data([0x61, 0xFF, 0x0A]).write(to: URL(filePath: "\(directory.path)/other.swift"))
        try Data("let a = 1\n".utf8).write(to: URL(filePath: "\(directory.path)/good.swift"))
        let read = Package.read(["good.swift", "other.swift", "none.swift"], in: directory.path)
        #expect(read.files.map(\.path) == ["good.swift"])
        #expect(read.unreadable == ["other.swift", "none.swift"])
    }

    @Test(
        arguments: [
            ("public func f() throws {}", 1), ("func f() throws {}", 0), ("public func f(_ g: () throws -> Int) {}", 0),
            ("public func f(_ g: () throws -> Int) rethrows {}", 0),
            ("/// - Throws: B.\npublic func f() throws(B) {}", 0),
            ("/// C.\npublic init() throws(B) {}", 1),
            ("/// - Throws: B.\n@discardableResult\npublic func f() throws {}", 0),
            (
                "public protocol A {\n    func f() throws\n    /// - Throws: B.\n    func g() throws\n}\n"
                    + "func h() throws {}",
                1
            ),
            ("public static func f(\n    a: Int\n) async throws -> Int {}", 1),
            ("package func f() throws {}", 1), ("package protocol A {\n    func f() throws\n}\n", 1),
            ("protocol A {\n    func f() throws\n}\n", 0), ("private func f() throws {}", 0),
        ])
    func `a function for other targets that throws without saying what is found`(text: String, count: Int) {
        #expect(Rules.undocumentedThrows(file(text)).count == count)
    }

    @Test(
        arguments: [
            ("a.reduce(0, +)", 1), ("counts.reduce(0, +)", 0), ("a.reduce(0) { $0 + $1.loss }", 1),
            ("a.reduce(0) { $0 + $1.epochs.count }", 0), ("a.reduce(0.0) { max($0, $1) }", 1),
            ("a.reduce(into: [:]) { $0[$1] = 1 }", 0), ("a.reduce(0) { $0 << 8 | Int($1) }", 0),
            ("a.reduce(into: 0.0) { $0 += $1 }", 1), ("a.reduce(into: 0) { $0 += $1.loss }", 1),
            ("a.reduce(into: 0) { $0 += $1.epochs.count }", 0), ("a.reduce(into: .zero, +=)", 1),
            ("a.reduce(1.5) { $0 + $1 }", 1), ("a.reduce(first, +)", 1), ("a.reduce(first) { $0 + $1.loss }", 1),
            ("counts.reduce(first, +)", 0), ("a.reduce(-1_000.25, max)", 1), ("a.reduce(start(), max)", 0),
            ("a.reduce(1.0) { scale, _ in scale * 10 }", 0), (#"a.reduce(into: "") { $0 += $1 }"#, 0),
            ("a.reduce(1.5) { sum, next in", 1), ("a.reduce(into: 0) { $0[$1] += 1 }", 0),
        ])
    func `a sum of floats by reduce is found`(text: String, count: Int) {
        #expect(Rules.floatSums(file(text)).count == count)
    }

    @Test(
        arguments: [
            ("struct A {\n    @Test func a() async throws {\n", 1), ("struct A {\n    @Test func a() throws {\n", 0),
            ("@Suite(.timeLimit(.minutes(1)))\nstruct A {\n    @Test func a() async throws {\n", 0),
            ("@Suite(.serialized)\nstruct A {\n    @Test(.timeLimit(.minutes(1)))\n    func a() async {\n", 0),
            ("@Suite(.timeLimit(.minutes(1)))\nstruct A {}\nstruct B {\n    @Test func b() async {\n", 1),
            ("struct A {\n    @Test(arguments: [1])\n    func a(\n        b: Int\n    ) async throws {\n", 1),
            ("struct A {\n    func a() async throws {\n", 0),
        ])
    func `a test of processes without a time limit is found`(text: String, count: Int) {
        #expect(Rules.unboundedTests(file(text, path: "Tests/EndToEndTests/A.swift")).count == count)
        #expect(Rules.unboundedTests(file(text, path: "Tests/WireTests/A.swift")).isEmpty)
    }

    @Test(
        arguments: [
            ("    @Test func `a board is empty at first`() {}\n", 0), ("    @Test func aBoardIsEmpty() {\n", 1),
            ("    @Test func `is empty at first`() {\n", 1), ("    @Test func `empty`() {\n", 1),
            ("    @Test(arguments: [1])\n    func `a board has one task`(\n        count: Int\n    ) throws {\n", 0),
            ("    @Test(arguments: [1])\n    func oneTask(count: Int) {\n", 1),
            ("    @Test(\"A board\")\n    func `a board is empty at first`() {\n", 1),
            ("@Suite(\"A board\")\nstruct BoardTests {\n", 1),
            ("@Suite(\n    \"A board\", .serialized)\nstruct A {\n", 1),
            ("@Suite(.enabled(if: isHere, \"it is not here\"))\nstruct BoardTests {\n", 0),
            ("    func board() {\n", 0),
        ])
    func `a test or suite with another kind of name is found`(text: String, count: Int) {
        #expect(Rules.testNames(file(text, path: "Tests/WireTests/A.swift")).count == count)
        #expect(Rules.testNames(file(text)).isEmpty)
    }

    @Test(
        arguments: [
            ("``Board`` and ``Board/handle(_:at:)``", 0), ("``Bord``", 1), ("``Board/hande(_:)``", 1),
            ("Board.swift says it", 0), ("Core/Board.swift", 0), ("Shell/Board.swift", 1), ("Bord.swift", 1),
            ("`sweep run` and `sweep run --out a`", 0), ("`sweep rum`", 1), ("deploy/test", 0),
            ("deploy/tset", 1), ("a sweep goes on", 0), ("it writes sweep.yaml", 0),
            ("`Board` and `board.handle(_:at:)`", 0), ("`Bord`", 1), ("`Board.hande(_:at:)`", 1), ("`.finished`", 1),
            ("`now + 1`", 0), ("`Process` of Foundation", 0), ("`--out`, and `--time-out SECONDS`", 0),
            ("`--tiem-out`", 1),
            ("`sweep-bench enigne`", 1), ("SWEEP_TEST_WIDTH", 0), ("SWEEP_TSET_WIDTH=2", 1), ("`script`", 0),
        ])
    func `a comment that points at nothing is found`(text: String, count: Int) {
        let source = file(
            """
            struct Board { // Bord, hande, finished
                func handle(_ event: Int, at now: Int) { board.count += 1 }
            }
            let c = Command(commandName: "run"), out = 0, timeOut = 0
            """, path: "Core/Board.swift")
        let script = file("script $SWEEP_TEST_WIDTH", path: "deploy/test")
        let references = References(paths: ["Core/Board.swift", "deploy/test"], sources: [source], others: [script])
        #expect(references.faults(in: text[...]).count == count)
        #expect(references.faults(in: "sweep rum --out a", isShell: true) == ["there is no command sweep rum"])
    }

    @Test(
        arguments: [
            (
                "a.proto", "// one `A`\nint b = 1; // two\nint c = 2;", ["one `A`", "two"],
                ["int b = 1;", "int c = 2;"]
            ),
            ("a.h", "/* one\n   two */ int a;\n// three", ["one", "two", "three"], ["int a;"]),
            ("a.c", "#define B /* one */ 1", ["one"], ["#define B", "1"]),
            ("a.js", "open(\"https://a.b\");", [], ["open(\"https://a.b\");"]),
            ("deploy/a", "#!/bin/sh\n# one\n    # two\nb=${c#d}", ["one", "two"], ["#!/bin/sh", "b=${c#d}"]),
        ])
    func `comments of scripts, messages and headers are told from what they comment on`(
        path: String, text: String, comments: [String], code: [String]
    ) {
        let read = OtherComments(file(text, path: path))
        #expect(read.comments.map { $0.text.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty } == comments)
        #expect(read.code.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty } == code)
    }

    @Test func `a name that a script's comment alone has is none`() {
        let script = file("# `nowhere`\nhere=1", path: "deploy/test")
        let references = References(paths: ["deploy/test"], sources: [], others: [script])
        #expect(references.faults(in: "`here` and `nowhere`") == ["nothing is called nowhere"])
    }

    @Test func `an import that is not declared is found, and a dependency that is not imported`() {
        let files = [file("import A\nimport B\nimport Foundation\n"), file("import A\nimport struct C.D\n")]
        #expect(Rules.imports(of: files, in: "T", declared: ["A", "B", "C"]).isEmpty)
        #expect(Rules.imports(of: files, in: "T", declared: ["A", "B", "C", "P"], withoutImport: ["P"]).isEmpty)
        let findings = Rules.imports(of: files, in: "T", declared: ["A", "C", "E"])
        #expect(findings.count == 2)
        #expect(findings[0] == "Sources/Experiment/A.swift:2: T imports B, which Package.swift does not say")
        #expect(findings[1] == "Package.swift: T depends on E, which none of its files imports")
    }

    @Test func `imports are read with their attributes and kinds`() {
        let text = "import A\n@testable import B\npublic import struct C.D\n#if E\n    import F\n#endif\n// import G\n"
        #expect(file(text).imports.map(\.module) == ["A", "B", "C", "F"])
        #expect(file(text).imports.map(\.line) == [1, 2, 3, 5])
    }
}
