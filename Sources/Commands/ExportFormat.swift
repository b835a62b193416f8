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

    /// - Parameters:
    ///   - target: the directory that was named for the files.
    ///   - predictions: whether files of these were asked for, too.
    /// - Throws: `CommandFailure` of code `.usage` where there are no files to write.
    package func check(target: String?, predictions: Bool = false) throws(CommandFailure) {
        guard !predictions || paper == nil else {
            throw CommandFailure("--predictions writes files; leave --format \(rawValue) out", exitCode: .usage)
        }
        guard target == nil || paper == nil else {
            throw CommandFailure("--format \(rawValue) prints to standard output; leave --to out", exitCode: .usage)
        }
    }
}
