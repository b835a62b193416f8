import CommandOutput
import Commands
import Reporting
import Testing

/// Tables go into files, words for a paper to standard output.
struct ExportFormatTests {
    @Test func `every format for a paper can be exported, and the tables`() {
        #expect(ExportFormat.allCases.compactMap(\.paper) == PaperFormat.allCases)
        #expect(ExportFormat.csv.paper == nil)
    }

    @Test(arguments: ExportFormat.allCases)
    func `no place has to be named`(format: ExportFormat) {
        #expect(throws: Never.self) { try format.check(target: nil) }
    }

    @Test func `predictions go into files, as the tables do`() {
        #expect(throws: Never.self) { try ExportFormat.csv.check(target: "tables", predictions: true) }
        for format in [ExportFormat.markdown, .latex] {
            let refusal = #expect(throws: CommandFailure.self) { try format.check(target: nil, predictions: true) }
            #expect(
                refusal
                    == CommandFailure(
                        "--predictions writes files; leave --format \(format.rawValue) out", exitCode: .usage))
        }
    }

    @Test func `the tables alone have a place that can be named`() {
        #expect(throws: Never.self) { try ExportFormat.csv.check(target: "tables") }
        for format in [ExportFormat.markdown, .latex] {
            let refusal = #expect(throws: CommandFailure.self) { try format.check(target: "tables") }
            #expect(
                refusal
                    == CommandFailure(
                        "--format \(format.rawValue) prints to standard output; leave --to out", exitCode: .usage))
        }
    }
}
