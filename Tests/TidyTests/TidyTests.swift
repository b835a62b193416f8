import ChildProcesses
import Foundation
import TestSupport
import Testing

/// The style of this package, where a program can see it. Each failure names file and line.
struct TidyTests {
    @Test func `the formatter finds nothing`() throws {
        let directory = TemporaryDirectory()
        let list = "\(directory.path)/files"
        try Package.swiftFiles.map(\.path).joined(separator: "\n").write(
            toFile: list, atomically: true, encoding: .utf8)
        let command = "cd '\(Package.root)' && tr '\\n' '\\0' <'\(list)' | xargs -0 swift format lint --strict"
        let process = try FinishedProcess(running: ["sh", "-c", command])
        #expect(process.end == .exited(0), "\n\(process.errors)")
    }

    @Test func `every file that has rules can be read`() {
        #expect(Package.unreadable == [])
        let names = Set((Package.swiftFiles + Package.articles + Package.otherFiles).map(\.path))
        #expect(names.isSuperset(of: ["Package.swift", "Tests/TidyTests/TidyTests.swift", "README.md", "deploy/test"]))
    }

    @Test func `lines, functions and files are short`() { expectNone(Package.swiftFiles.flatMap(Rules.sizes)) }

    @Test func `lines of articles, scripts, messages, headers and of the page are short`() {
        expectNone((Package.articles + Package.otherFiles).flatMap(Rules.lineLengths))
    }

    @Test func `what a function for other targets throws is documented`() {
        expectNone(Package.swiftFiles.flatMap(Rules.undocumentedThrows))
    }

    @Test func `floats are not summed by reduce`() { expectNone(Package.swiftFiles.flatMap(Rules.floatSums)) }

    @Test func `tests of processes have a time limit`() {
        expectNone(Package.swiftFiles.flatMap(Rules.unboundedTests))
    }

    @Test func `tests are named by sentences, and suites by their types alone`() {
        expectNone(Package.swiftFiles.flatMap(Rules.testNames))
    }

    @Test func `comments and articles point at what is there`() {
        // The texts of this target are full of names that nothing has.
        let sources = Package.swiftFiles.filter { !$0.path.hasPrefix("Tests/TidyTests/Rule") }
        let references = References(paths: Package.paths, sources: sources, others: Package.otherFiles)
        let comments = Package.swiftFiles.filter { $0.target != "TidyTests" }.flatMap { file in
            file.swift.comments.flatMap { comment in
                references.faults(in: comment.text[...]).map { file.finding(comment.line, $0) }
            }
        }
        let others = Package.otherFiles.flatMap { file in
            OtherComments(file).comments.flatMap { comment in
                references.faults(in: comment.text).map { file.finding(comment.line, $0) }
            }
        }
        let articles = Package.articles.flatMap { file in
            var isCode = false
            return file.lines.enumerated().flatMap { index, line in
                if line.hasPrefix("```") { isCode.toggle() }
                return references.faults(in: line, isShell: isCode).map { file.finding(index + 1, $0) }
            }
        }
        expectNone(comments + others + articles)
    }

    private func expectNone(_ findings: [String]) {
        #expect(findings.isEmpty, "\n\(findings.joined(separator: "\n"))")
    }
}
