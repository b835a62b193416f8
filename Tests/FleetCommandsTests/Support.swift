import CommandOutput
import Commands
import Foundation
import Journal
import TestSupport

extension TemporaryDirectory {
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// A copy of a run that an earlier version left: `finished` or `interrupted`.
    func run(_ name: String) throws -> ChosenRun {
        let directory = RunDirectory(path: file("run"))
        try Fixtures.copy("version-0.1.0/\(name)", to: directory.path)
        return ChosenRun(directory)
    }

    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        return file(name)
    }
}

extension ChosenRun {
    func commit(_ changes: [JournalChange]) throws {
        let journal = try Journal.open(in: directory)
        defer { try? journal.close() }
        try journal.commit(changes)
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
