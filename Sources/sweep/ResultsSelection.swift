import ArgumentParser
import CoordinatorService
import Foundation
import Journal
import Reporting

/// The directory whose tables `sweep figures` and `sweep report` show: a run directory, or one with its CSV files.
struct ResultsSelection: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The run directory, or one with the CSV files of a sweep (default: the only one under runs/).",
            valueName: "dir"))
    var directory: String?

    @Option(help: ArgumentHelp("The same, as for the other commands.", valueName: "dir"))
    var out: String?

    func path() throws -> RunDirectory {
        if let directory, let out, directory != out {
            throw CommandFailure("two directories, \(directory) and \(out): give one", exitCode: .usage)
        }
        var selection = RunSelection()
        selection.out = directory ?? out
        let path = try selection.directory()
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw CommandFailure("\(path): no such directory; name a run directory", exitCode: .usage)
        }
        return path
    }
}

/// The tables of a directory: out of its journal, all of one instant, or where it has none out of its CSV files.
struct ResultTables {
    let directory: RunDirectory
    let tables: SweepTables
    /// Of `attempts.csv`; `nil` without one.
    let attempts: [UInt8]?
    /// `nil` without a journal.
    let state: JournalState?

    init(of directory: RunDirectory) throws {
        self.directory = directory
        do {
            if FileManager.default.fileExists(atPath: directory.journalFile) {
                let reader = try JournalReader(of: directory)
                let report = try reader.report()
                tables = try SweepTables(report)
                attempts = report.content(of: .attempts)
                state = try reader.state()
            } else {
                tables = try SweepTables { try Self.bytes(of: directory.file($0.rawValue)) }
                attempts = try Self.bytes(of: directory.file(ReportFile.attempts.rawValue))
                state = nil
            }
        } catch let fault as TableFault {
            throw CommandFailure("\(directory)/\(fault)")
        } catch let error as JournalError {
            throw CommandFailure(error.description)
        }
    }

    /// `nil` where there is no such file.
    private static func bytes(of path: String) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw CommandFailure("\(path): cannot be read: \((error as NSError).localizedDescription)")
        }
    }
}
