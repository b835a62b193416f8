import DurableFiles
import Experiment
import Foundation
import GRDB
import Glibc

/// The memory of a sweep: the plan, the attempts and the records, in `state.sqlite` of a run directory.
///
/// One process writes it, the coordinator, which holds the directory's lock through this object; others read it by
/// `JournalReader` at any time. The calls block until the disk has answered, so the object is not `Sendable`: it
/// belongs to the one thread that makes the coordinator's turns. Write-ahead logging keeps readers and the writer out
/// of each other's way, and `synchronous = FULL` flushes the log before a commit returns.
public final class Journal {
    public let directory: RunDirectory
    /// Reads through this journal's own connection, for the thread that writes.
    public let reader: JournalReader

    package let queue: DatabaseQueue
    /// The tables name a task by its place in the plan.
    var ordinals: [TaskID: Int64] = [:]
    private var lock: RunDirectoryLock?
    /// Device and inode tell the open file from another one that has its name by now.
    private let device: dev_t
    private let inode: ino_t

    /// Opens the run directory for the sweep of `plan`: makes it where it is missing, goes on where it holds this one.
    ///
    /// The whole plan is on disk when it returns. A directory in which a crash left a journal without a plan is taken
    /// as new. Where only the wording of the sweep file differs, the new one is kept.
    ///
    /// - Throws: `inUse`, `anotherSweep`, `foreignFiles`, `notADirectory`, `newerSchema`, `notAJournal` or a fault of
    ///   the device; what another sweep stored is untouched.
    public static func open(in directory: RunDirectory, plan: StoredPlan) throws(JournalError) -> Journal {
        try directory.make()
        let journal = try Journal(locking: directory, creating: true)
        try journal.adopt(plan)
        try directory.fill(sweepText: plan.text)
        return journal
    }

    /// Opens a run directory to write to the sweep that it holds already, whatever that is.
    ///
    /// - Throws: `noPlan` where there is none, and as `open(in:plan:)` does.
    public static func open(in directory: RunDirectory) throws(JournalError) -> Journal {
        guard directory.hasJournal else { throw JournalReader.noPlan(directory) }
        let journal = try Journal(locking: directory, creating: false)
        _ = try journal.reader.plan()
        try journal.loadOrdinals()
        return journal
    }

    /// `migrator` stands in for other versions of the schema in tests.
    ///
    /// - Throws: as `open(in:plan:)` does, but for what concerns the plan.
    package init(
        locking directory: RunDirectory, creating: Bool, migrator: DatabaseMigrator? = nil
    ) throws(JournalError) {
        self.directory = directory
        lock = try RunDirectoryLock(directory)
        if creating && !directory.hasJournal { try directory.refuseForeignFiles() }
        let migrator = migrator ?? Schema.migrator()
        let queue = try translating(directory.journalFile) { try Self.openDatabase(directory, migrator) }
        self.queue = queue
        var status = stat()
        guard stat(directory.journalFile, &status) == 0 else {
            throw JournalError(FileFault("look at", path: directory.journalFile, code: errno))
        }
        (device, inode) = (status.st_dev, status.st_ino)
        reader = JournalReader(queue: queue, directory: directory)
    }

    /// Whether the open file is the one that others find. A directory that cannot be looked into is no answer.
    var isInPlace: Bool {
        var status = stat()
        guard stat(directory.journalFile, &status) == 0 else { return errno != ENOENT }
        return status.st_dev == device && status.st_ino == inode
    }

    /// Moves the log into the database file and gives up the lock; nothing may be called afterwards.
    ///
    /// What was committed is safe without it. SQLite moves the log by itself only where no reader is there, and one of
    /// this process may outlive the journal; one that is at work for longer than the time-out keeps the log.
    ///
    /// - Throws: a `JournalError` where the log cannot be moved.
    public func close() throws(JournalError) {
        defer { lock = nil }
        try translating(directory.journalFile) {
            let moved = Result {
                try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            }
            try queue.close()
            try moved.get()
        }
    }

    /// How many changes of the tables this program knows. It opens journals with as many or fewer.
    package static var schemaVersion: Int { Schema.migrator().migrations.count }

    package static func currentMigrator() -> DatabaseMigrator { Schema.migrator() }
}

// MARK: - Opening

extension Journal {
    /// How long a commit waits for a reader that repairs the log or a program that holds the database. Less than a
    /// worker's lease, which nobody renews meanwhile.
    private static let busyTimeoutSeconds = 5.0

    private static func openDatabase(_ directory: RunDirectory, _ migrator: DatabaseMigrator) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeoutSeconds)
        configuration.foreignKeysEnabled = true
        configuration.label = "journal"
        let queue = try DatabaseQueue(path: directory.journalFile, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            try Schema.check(database, migrator: migrator, path: directory.journalFile)
            try setDurability(database, path: directory.journalFile)
        }
        try migrator.migrate(queue)
        return queue
    }

    /// GRDB's `journalMode = .wal` will not do: it sets `synchronous` to NORMAL: a power cut could then take back a
    /// record that its worker has forgotten on our acknowledgement.
    private static func setDurability(_ database: Database, path: String) throws {
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        guard mode == "wal" else {
            let message = "this file system has no shared memory for SQLite's log; choose a local directory"
            throw JournalError(.ioError, path: path, message)
        }
        try database.execute(sql: "PRAGMA synchronous = FULL")
        // A log that a long reader let grow is cut back to 64 MiB.
        try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
    }

    func loadOrdinals() throws(JournalError) {
        ordinals = try translating(directory.journalFile) {
            try queue.read { database in
                try Row.fetchAll(database, sql: "SELECT id, ordinal FROM tasks").reduce(into: [:]) { ordinals, row in
                    ordinals[try taskID(row[0])] = row[1]
                }
            }
        }
    }
}
