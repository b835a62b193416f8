import GRDB
import Journal

extension Sandbox {
    /// What a query of one column gives, of the journal of a run; nothing where the journal is being made.
    func journalValues<Value: DatabaseValueConvertible>(_ sql: String, in run: String) throws -> [Value] {
        do {
            return try JournalReader(of: RunDirectory(path: file(run))).read { snapshot in
                try Value.fetchAll(snapshot.database, sql: sql)
            }
        } catch let error as JournalError where [.noPlan, .locked].contains(error.code) {
            return []
        }
    }

    /// Changes a record in the journal of `run`, as a host that computes wrongly would have had it stored.
    ///
    /// - Parameter task: its place in the order of dispatch.
    func changeRecord(of task: Int, epoch: Int) throws {
        let journal = try DatabaseQueue(path: file("run/state.sqlite"))
        try journal.write { database in
            try database.execute(
                sql: "UPDATE records SET val_loss = val_loss + 0.001 WHERE task = ? AND epoch = ?",
                arguments: [task, epoch])
        }
        try journal.close()
    }
}
