import Commands
import Journal

extension ChosenRun {
    func commit(_ changes: [JournalChange]) throws {
        let journal = try Journal.open(in: directory)
        defer { try? journal.close() }
        try journal.commit(changes)
    }
}
