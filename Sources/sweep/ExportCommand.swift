import ArgumentParser
import DurableFiles
import Experiment
import Foundation
import Journal
import Reporting
import Results

/// `sweep export`: the CSV files again, from the journal.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the CSV files of a sweep again, while it runs or after.",
        discussion:
            "Writes into the run directory, or into another one with --to. The bytes are those of the run itself.")

    @OptionGroup var selection: RunSelection

    @Option(help: ArgumentHelp("Where to write (default: the run directory).", valueName: "dir"))
    var to: String?

    func run() throws {
        let directory = try to ?? selection.directory().path
        let reader = try selection.reader()
        // A coordinator that runs keeps its own files current; two writers would take turns with older ones.
        let journal = try to == nil ? lockedJournal() : nil
        defer { try? journal?.close() }
        let omissions: [String]
        do {
            try DurableFile.makeDirectory(directory)
            var writer = ReportWriter(directory: directory)
            omissions = try reader.readReport { report in
                try writer.writeAll(report)
                return report.comparisonOmissions
            }
        } catch {
            throw CommandFailure(String(describing: error))
        }
        list(directory)
        for omission in omissions { Output.error("Note: \(omission).") }
    }

    private func lockedJournal() throws -> Journal {
        do {
            return try Journal.open(in: selection.directory())
        } catch let error as JournalError where error.code == .inUse {
            throw CommandFailure("\(error.path): the sweep runs and keeps its files current; export with --to DIR")
        }
    }

    private func list(_ directory: String) {
        for file in ReportFile.allCases where FileManager.default.fileExists(atPath: "\(directory)/\(file.rawValue)") {
            Output.line("\(directory)/\(file.rawValue)")
        }
    }
}
