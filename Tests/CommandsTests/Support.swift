import Commands
import GRDB
import TestSupport

extension TemporaryDirectory {
    /// As damage would.
    func replaceSweepText(of run: ChosenRun, with text: String) throws {
        let journal = try DatabaseQueue(path: run.directory.journalFile)
        try journal.write { try $0.execute(sql: "UPDATE sweep SET text = ?", arguments: [text]) }
        try journal.close()
    }
}
