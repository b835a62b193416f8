import CommandOutput
import DurableFiles
import Experiment
import Foundation
import Journal
import Reporting
import Results

/// The CSV files of a sweep again, from its journal.
package struct TableExport {
    /// The files that are there afterwards, of this export or an earlier one.
    package let paths: [String]
    /// What the tables leave out, in a line each.
    package let omissions: [String]

    /// Writes them, as one instant of the journal has them.
    ///
    /// - Parameters:
    ///   - target: `nil` for the run directory, whose sweep must not run: a coordinator keeps its own files
    ///     current, and two writers would take turns with older ones.
    ///   - predictions: also which test images each finished task got right, in `predictions/`.
    /// - Throws: `CommandFailure`; a `JournalError` where the run directory cannot be had.
    package init(of run: ChosenRun, to target: String?, predictions: Bool = false) throws {
        let directory = target ?? run.directory.path
        let reader = try run.reader()
        let journal = target == nil ? try Self.openStopped(run.directory) : nil
        defer { try? journal?.close() }
        let tableOmissions = try Self.write(reader, into: directory)
        let tables = ReportFile.allCases.map { "\(directory)/\($0.rawValue)" }
            .filter { FileManager.default.fileExists(atPath: $0) }
        let written = predictions ? try Self.writePredictions(reader, into: directory) : nil
        paths = tables + (written.map { [$0.indexPath] } ?? [])
        omissions = tableOmissions + (written?.omissions ?? [])
    }

    private static func openStopped(_ directory: RunDirectory) throws -> Journal {
        do {
            return try Journal.open(in: directory)
        } catch {
            guard error.code == .inUse else { throw error }
            throw CommandFailure("\(error.path): the sweep runs and keeps its files current; export with --to DIR")
        }
    }

    /// - Returns: what the tables leave out.
    private static func write(_ reader: JournalReader, into directory: String) throws -> [String] {
        do {
            try DurableFile.makeDirectory(directory)
            var writer = ReportWriter(directory: directory)
            return try reader.readReport { report in
                try writer.writeAll(report)
                return report.comparisonOmissions
            }
        } catch {
            throw CommandFailure(String(describing: error))
        }
    }

    private static func writePredictions(_ reader: JournalReader, into directory: String) throws -> PredictionFiles {
        do {
            return try reader.readReport { try PredictionFiles($0, in: directory) }
        } catch {
            throw CommandFailure(String(describing: error))
        }
    }
}

extension PredictionFiles {
    /// What is missing, in a line.
    fileprivate var omissions: [String] {
        guard missingCount > 0 else { return [] }
        let isOne = missingCount == 1
        return [
            "\(counted(missingCount, "finished task")) \(isOne ? "has" : "have") no predictions: an earlier version of "
                + "sweep trained \(isOne ? "it" : "them"); a run in another directory has them"
        ]
    }
}
