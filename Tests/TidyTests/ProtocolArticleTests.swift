import Foundation
import Testing

/// The protocol's article has every message that the code has, and no other.
struct ProtocolArticleTests {
    private let article: ProtocolArticle

    init() throws {
        let file = try #require(Package.articles.first { $0.path.hasSuffix("/Protocol.md") })
        article = ProtocolArticle(file)
    }

    private func cases(of type: String, in path: String) throws -> Set<String> {
        let file = try #require(Package.swiftFiles.first { $0.path == path }, "there is no \(path)")
        let cases = file.cases(ofEnum: type)
        try #require(!cases.isEmpty, "\(path) has no enum \(type)")
        return cases
    }

    private func workerMessages() throws -> Set<String> {
        try cases(of: "WorkerMessage", in: "Sources/Messages/WorkerMessage.swift")
    }

    private func coordinatorMessages() throws -> Set<String> {
        try cases(of: "CoordinatorMessage", in: "Sources/Messages/CoordinatorMessage.swift")
    }

    private func answersToEnrolments() throws -> Set<String> {
        try cases(of: "EnrolmentAnswer", in: "Sources/Messages/Enrolment.swift")
    }

    private func requests() throws -> Set<String> {
        try cases(of: "SweepRequest", in: "Sources/Messages/SweepRequest.swift")
    }

    @Test func `the article has a row for each message of a worker`() throws {
        let rows = article.rows(of: "message", "says", "is answered by")
        #expect(Set(rows.flatMap { quoted($0[0]) }) == (try workerMessages()))
    }

    @Test func `the article has each message of a coordinator, as an answer or in a row of its own`() throws {
        let answers = article.rows(of: "message", "says", "is answered by").flatMap { quoted($0[2]) }
        let others = article.rows(of: "message", "says").flatMap { quoted($0[0]) }
        #expect(Set(answers + others) == (try coordinatorMessages()))
        #expect(others.count == Set(others).count)
    }

    @Test func `the article has a row for each answer to an enrolment`() throws {
        let rows = article.rows(of: "answer", "when", "what the worker does")
        #expect(Set(rows.flatMap { quoted($0[0]) }) == (try answersToEnrolments()))
        #expect(article.text.contains("``EnrolmentRequest``"))
    }

    @Test func `the article has a row for each message on a trainer's pipe`() throws {
        let path = "Sources/Wire/TrainerMessages.swift"
        let orders = article.rows(of: "order", "says").flatMap { quoted($0[0]) }
        #expect(Set(orders) == (try cases(of: "TrainerOrder", in: path)))
        let reports = article.rows(of: "report", "says").flatMap { quoted($0[0]) }
        #expect(Set(reports) == (try cases(of: "TrainerReport", in: path)))
    }

    @Test func `the article has each request over the control socket, as it is written there, and each answer`() throws
    {
        let documented = Set(article.rows(of: "request", "fields", "asks").flatMap { quoted($0[0]) })
        let path = "Sources/CoordinatorService/Control/ControlMessages.swift"
        #expect(documented == (try cases(of: "Name", in: path)))
        #expect(documented == (try requests()))
        for answer in try cases(of: "SweepAnswer", in: "Sources/Messages/SweepRequest.swift") {
            #expect(article.text.contains("`\(answer)`"), "\(answer)")
        }
    }

    @Test func `the article has a row for each verdict on a task and each judgement of a key`() throws {
        let verdicts = article.rows(of: "verdict", "when", "what follows").flatMap { quoted($0[0]) }
        #expect(Set(verdicts) == (try cases(of: "Verdict", in: "Sources/Scheduling/Board/Trial.swift")))
        let judgements = article.rows(of: "judgement", "when", "what follows").flatMap { quoted($0[0]) }
        #expect(Set(judgements) == (try cases(of: "Verdict", in: "Sources/Status/KeyJudgement.swift")))
    }

    @Test func `the facts by which a restarted coordinator judges are those that are stored`() throws {
        let facts = article.rows(of: "fact", "says").flatMap { quoted($0[0]) }
        #expect(!facts.isEmpty)
        let stored = try cases(of: "TaskFact", in: "Sources/Scheduling/Board/TaskFact.swift")
        #expect(facts.filter { !stored.contains($0) } == [])
    }

    @Test func `what is stored before it is said is something that is said`() throws {
        let said = article.rows(of: "nobody is told", "before this is on the disk").flatMap { quoted($0[0]) }
        let messages = try coordinatorMessages().union(answersToEnrolments()).union(requests())
        #expect(!said.isEmpty)
        // `sweep cancel` is a command.
        #expect(said.filter { !messages.contains($0.replacing("sweep ", with: "")) } == [])
    }

    @Test func `cases of an enum are told from those of its neighbours`() {
        let file = SourceFile(
            path: "Sources/Messages/A.swift",
            text: """
                enum Other { case other }
                public enum A: Sendable {
                    /// case comment
                    case one, two(Int, label: String? = nil)
                    case three(String)
                    enum Inner: String {
                        case inner = "x"
                    }
                    var text: String {
                        switch self {
                        case .one: ""
                        }
                    }
                }
                enum Last {
                    case last
                }
                """)
        #expect(file.cases(ofEnum: "A") == ["one", "two", "three"])
        #expect(file.cases(ofEnum: "Inner") == ["inner"])
        #expect(file.cases(ofEnum: "None").isEmpty)
    }
}

/// What stands in single backticks.
private func quoted(_ cell: String) -> [String] { cell.matches(of: /`([^`]+)`/).map { String($0.1) } }

/// An article as its tables.
private struct ProtocolArticle {
    let text: String
    /// Of each table, the rows of its cells; the first one is its head.
    private let tables: [[[String]]]

    init(_ file: SourceFile) {
        text = file.text
        tables = file.lines.split { !$0.hasPrefix("|") }.map { lines in
            lines.filter { !$0.hasPrefix("|---") }.map { line in
                line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
            }
        }
    }

    /// The rows of every table with this head.
    func rows(of head: String...) -> [[String]] {
        tables.filter { $0.first == head }.flatMap { $0.dropFirst() }
    }
}

extension SourceFile {
    /// The names of an enum's cases: what stands one step further in than the enum itself, as the formatter puts it.
    fileprivate func cases(ofEnum name: String) -> Set<String> {
        let code = swift.codeLines
        guard
            let start = code.firstIndex(where: { line in
                let words = line.split { !$0.isLetter && !$0.isNumber }
                return words.firstIndex(of: "enum").map { words[words.index(after: $0)] == name } ?? false
            })
        else { return [] }
        let indent = String(code[start].prefix { $0 == " " })
        let body = code[(start + 1)...].prefix { !$0.hasPrefix("\(indent)}") }
        return Set(
            body.filter { $0.hasPrefix("\(indent)    case ") }.flatMap { line in
                withoutValues(line.drop { $0 == " " }.dropFirst("case ".count)).split(separator: ",").map {
                    String($0.drop { $0 == " " }.prefix { $0.isLetter || $0.isNumber })
                }
            })
    }

    /// Without what stands in parentheses.
    private func withoutValues(_ text: Substring) -> String {
        var depth = 0
        var outside = ""
        for character in text {
            if character == "(" { depth += 1 }
            if depth == 0 { outside.append(character) }
            if character == ")" { depth -= 1 }
        }
        return outside
    }
}
