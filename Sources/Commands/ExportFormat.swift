import CommandOutput
import Reporting

/// What `sweep export` gives.
package enum ExportFormat: String, CaseIterable, Sendable {
    /// The tables, as files.
    case csv
    /// Words for a paper, on standard output.
    case markdown, latex

    /// That of the words; `nil` for the tables.
    package var paper: PaperFormat? { PaperFormat(rawValue: rawValue) }

    /// - Parameter target: the directory that was named for the files.
    /// - Throws: `CommandFailure` of code `.usage` where there are none to write.
    package func check(target: String?) throws(CommandFailure) {
        guard target == nil || paper == nil else {
            throw CommandFailure("--format \(rawValue) prints to standard output; leave --to out", exitCode: .usage)
        }
    }
}
