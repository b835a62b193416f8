import Testing

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
        let long = String(repeating: "x", count: 121)
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

    @Test func `imports are read with their attributes and kinds`() {
        let text = "import A\n@testable import B\npublic import struct C.D\n#if E\n    import F\n#endif\n// import G\n"
        #expect(file(text).imports.map(\.module) == ["A", "B", "C", "F"])
        #expect(file(text).imports.map(\.line) == [1, 2, 3, 5])
    }
}
