/// A test as it is declared: from `@Test` to the bracket that opens its body.
struct TestDeclaration: Sendable {
    /// Of that bracket.
    let line: Int
    let head: String
    /// From `@Suite` to the first line of the type around it; empty where the type has no such attribute.
    let suite: String

    /// What stands between the backticks; `nil` where the name has none.
    var sentence: Substring? { head.firstMatch(of: /func `([^`]*)`/)?.1 }
}

extension SourceFile {
    /// In the order of their lines.
    var testDeclarations: [TestDeclaration] {
        var tests: [TestDeclaration] = []
        var attribute = "", suite = "", head = ""
        for (index, line) in swift.codeLines.enumerated() {
            let code = line.drop { $0 == " " }
            if line.hasPrefix("@Suite") || !attribute.isEmpty { attribute += line }
            if line.hasPrefix("struct ") || line.hasPrefix("final class ") { (suite, attribute) = (attribute, "") }
            if code.hasPrefix("@Test") { head = " " }
            guard !head.isEmpty else { continue }
            head += code + " "
            guard head.contains("func "), code.hasSuffix("{") || code.hasSuffix("}") else { continue }
            tests.append(TestDeclaration(line: index + 1, head: head, suite: suite))
            head = ""
        }
        return tests
    }
}

extension Rules {
    /// What `swift test` prints of a test is one sentence that says what holds, and of a suite the name that `--filter`
    /// takes: a test is named by a sentence in backticks, a suite by its type, and neither has a second name.
    static func testNames(_ file: SourceFile) -> [String] {
        guard file.path.hasPrefix("Tests/") else { return [] }
        let findings = file.testDeclarations.compactMap { test -> String? in
            guard let sentence = test.sentence else {
                return file.finding(test.line, "name the test by a sentence in backticks")
            }
            let words = sentence.split(separator: " ")
            return words.count < 3 || fragmentBeginnings.contains(words[0])
                ? file.finding(test.line, "“\(sentence)” is no sentence that can be understood without its suite") : nil
        }
        return findings + displayNames(file)
    }

    /// Words that go on with what a suite's name began.
    private static let fragmentBeginnings: Set<Substring> = [
        "it", "its", "they", "is", "are", "was", "were", "has", "have", "does", "can", "must", "and", "or", "not",
    ]

    private static func displayNames(_ file: SourceFile) -> [String] {
        zip(file.swift.codeLines, file.lines).enumerated().compactMap { index, line in
            let (code, text) = line
            let attribute = code.drop { $0 == " " }
            guard attribute.hasPrefix("@Suite(") || attribute.hasPrefix("@Test(") else { return nil }
            // A formatted attribute may have its arguments on lines of their own.
            let next = index + 1 < file.lines.count ? file.lines[index + 1] : ""
            let arguments = text.hasSuffix("(") ? next : text.drop { $0 != "(" }.dropFirst()
            return arguments.drop { $0 == " " }.hasPrefix("\"")
                ? file.finding(index + 1, "a second name; the type's or the sentence is enough") : nil
        }
    }

    /// A test of processes may wait for one of them for ever. Every wait in test support ends with the test's time
    /// limit and says then what did not come, so there must be a limit: of the suite, or of the test.
    static func unboundedTests(_ file: SourceFile) -> [String] {
        guard file.path.hasPrefix("Tests/EndToEndTests/") else { return [] }
        return file.testDeclarations.filter { test in
            test.head.contains(" async ") && !(test.suite + test.head).contains(".timeLimit(")
        }.map { file.finding($0.line, "a test of processes without a time limit") }
    }
}
