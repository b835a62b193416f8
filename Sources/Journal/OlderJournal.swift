import GRDB
import Synchronization

/// A journal of an older version, read as if it were brought up to date: in a copy, which is gone with this value.
///
/// A coordinator of today's version may bring the journal itself up to date at any time, and one of the older version
/// may still write to it. So each look asks whether either has happened.
final class OlderJournal: Sendable {
    private struct Copy {
        let queue: DatabaseQueue
        /// SQLite's `data_version` of the journal as it was copied: another one where somebody wrote to it since.
        let version: Int
    }

    private let journal: DatabaseQueue
    private let migrator: DatabaseMigrator
    private let copy = Mutex<Copy?>(nil)

    init(_ journal: DatabaseQueue, migrator: DatabaseMigrator) {
        self.journal = journal
        self.migrator = migrator
    }

    /// The journal where it is today's by now, else a copy of what it holds.
    ///
    /// - Throws: `DatabaseError` where it cannot be read or copied.
    func current() throws -> DatabaseQueue {
        let (isCurrent, version) = try journal.read { database in
            (
                try migrator.hasCompletedMigrations(database),
                try Int.fetchOne(database, sql: "PRAGMA data_version") ?? 0
            )
        }
        if isCurrent { return journal }
        return try copy.withLock { copy in
            if let copy, copy.version == version { return copy.queue }
            let made = try Copy(queue: migratedCopy(), version: version)
            copy = made
            return made.queue
        }
    }

    private func migratedCopy() throws -> DatabaseQueue {
        // A database without a name is a file that SQLite removes when it closes it.
        let copy = try DatabaseQueue(path: "")
        try journal.backup(to: copy)
        try migrator.migrate(copy)
        return copy
    }
}
