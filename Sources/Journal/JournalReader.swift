import Experiment
import GRDB

/// Reads a journal, from the coordinator itself or from another process while it runs: `sweep status`, `sweep export`.
///
/// A reader never waits for the coordinator and never holds it up. What one `read` sees is the state of one instant.
public struct JournalReader: Sendable {
    private let queue: DatabaseQueue
    /// Where the journal was of an older version when it was opened.
    private let older: OlderJournal?
    private let directory: RunDirectory

    init(queue: DatabaseQueue, older: OlderJournal? = nil, directory: RunDirectory) {
        self.queue = queue
        self.older = older
        self.directory = directory
    }

    /// Opens the journal of a run directory without its lock. A journal of an older version is read as if it were
    /// brought up to date, and left alone.
    ///
    /// - Throws: `noPlan` where there is none, `newerSchema`, `notAJournal` or a fault of the device.
    public init(of directory: RunDirectory) throws(JournalError) {
        try self.init(of: directory, migrator: Schema.migrator())
    }

    /// `migrator` stands in for other versions of the schema in tests.
    ///
    /// - Throws: as the initializer without one.
    package init(of directory: RunDirectory, migrator: DatabaseMigrator) throws(JournalError) {
        guard directory.hasJournal else { throw Self.noPlan(directory) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let (queue, older) = try translating(directory.journalFile) {
            try JournalCopy.withReadableFile(of: directory) { path in
                let queue = try DatabaseQueue(path: path, configuration: configuration)
                let isCurrent = try queue.read { try Self.isCurrent($0, directory, migrator) }
                return (queue, isCurrent ? nil : OlderJournal(queue, migrator: migrator))
            }
        }
        self.init(queue: queue, older: older, directory: directory)
    }

    private static func isCurrent(
        _ database: Database, _ directory: RunDirectory, _ migrator: DatabaseMigrator
    ) throws -> Bool {
        try Schema.check(database, migrator: migrator, path: directory.journalFile)
        guard try migrator.completedMigrations(database).isEmpty == false else { throw noPlan(directory) }
        return try migrator.hasCompletedMigrations(database)
    }

    static func noPlan(_ directory: RunDirectory) -> JournalError {
        JournalError(.noPlan, path: directory.path, "no sweep is in this directory; start one with `sweep run`")
    }

    /// Calls `body` with a view of the journal that does not change while it runs.
    ///
    /// - Throws: what `body` throws; a `JournalError` where the journal itself fails.
    public func read<Value>(_ body: (JournalSnapshot) throws -> Value) throws -> Value {
        do {
            return try (older?.current() ?? queue).read { try body(JournalSnapshot(database: $0)) }
        } catch let error as DatabaseError {
            throw JournalError(error, path: directory.journalFile)
        }
    }

    /// - Throws: `noPlan` where a crash came before the plan was stored.
    public func plan() throws(JournalError) -> StoredPlan {
        guard let plan = try translating(directory.journalFile, { try read { try $0.storedPlan() } }) else {
            throw Self.noPlan(directory)
        }
        return plan
    }

    /// Everything that a restarted coordinator needs.
    ///
    /// - Parameter plan: as `JournalSnapshot.storedPlan` takes it.
    /// - Throws: `noPlan` where a crash came before the plan was stored, `corrupt`, or a fault of the device.
    public func state(knowing plan: StoredPlan? = nil) throws(JournalError) -> JournalState {
        guard let state = try translating(directory.journalFile, { try read { try $0.state(knowing: plan) } }) else {
            throw Self.noPlan(directory)
        }
        return state
    }

    /// The committed record of a (task, epoch), to compare a late one with; `nil` while it is open.
    ///
    /// - Throws: `corrupt`, or a fault of the device.
    public func record(of task: TaskID, epoch: Int) throws(JournalError) -> EpochRecord? {
        try translating(directory.journalFile) { try read { try $0.record(of: task, epoch: epoch) } }
    }

    /// Whose each worker's name is. Of names that only older versions heard nothing is known.
    ///
    /// - Throws: `corrupt`, or a fault of the device.
    public func workerKeys() throws(JournalError) -> [WorkerID: WorkerKey] {
        try translating(directory.journalFile) { try read { try $0.workerKeys() } }
    }

    /// The words that the coordinator left for other commands, all of one instant.
    ///
    /// - Throws: a `JournalError` where the journal fails.
    public func settings() throws(JournalError) -> [Setting: String] {
        try translating(directory.journalFile) { try read { try $0.settings() } }
    }
}
