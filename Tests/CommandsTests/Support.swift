import CommandOutput
import Commands
import Foundation
import GRDB
import Journal
import TestSupport

extension TemporaryDirectory {
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// A copy of a run that an earlier version left: `finished` or `interrupted`.
    func run(_ name: String, as target: String = "run") throws -> ChosenRun {
        let directory = RunDirectory(path: file(target))
        try Fixtures.copy("version-0.1.0/\(name)", to: directory.path)
        return ChosenRun(directory)
    }

    /// As damage would.
    func replaceSweepText(of run: ChosenRun, with text: String) throws {
        let journal = try DatabaseQueue(path: run.directory.journalFile)
        try journal.write { try $0.execute(sql: "UPDATE sweep SET text = ?", arguments: [text]) }
        try journal.close()
    }

    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        return file(name)
    }

    func makeDirectory(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
        return file(name)
    }
}

/// The failure that `body` throws; `nil` where it throws none, or something else.
func commandFailure(_ body: () throws -> Void) -> CommandFailure? {
    do {
        try body()
        return nil
    } catch {
        return error as? CommandFailure
    }
}
