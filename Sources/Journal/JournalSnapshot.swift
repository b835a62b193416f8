import Experiment
import Foundation
import GRDB
import Statistics
import Status

/// The journal at one instant; valid only inside of `JournalReader.read`.
public struct JournalSnapshot {
    package let database: Database

    /// `nil` where a crash came before the plan was stored.
    ///
    /// - Parameter known: read before from the same journal, or the one that it was opened with. It is the answer where
    ///   the journal still has it: that takes no look at every task, and no second reading of the sweep file.
    /// - Throws: `JournalError` of code `corrupt`; `DatabaseError` where the database fails.
    public func storedPlan(knowing known: StoredPlan? = nil) throws -> StoredPlan? {
        if let known, try isCurrent(known) { return known }
        let sql = "SELECT name, data, data_digest, text FROM sweep"
        guard let row = try Row.fetchOne(database, sql: sql) else { return nil }
        guard let data = DataSetName(rawValue: row[1]), let digest = DataDigest(rawValue: row[2]) else {
            throw corrupt("the sweep's data set cannot be read")
        }
        let tasks = try tasks(data: data, digest: digest)
        return StoredPlan(name: row[0], data: data, dataDigest: digest, text: row[3], tasks: tasks)
    }

    private func isCurrent(_ plan: StoredPlan) throws -> Bool {
        let sql = "SELECT text, data_digest, (SELECT count(*) FROM tasks) FROM sweep"
        guard let row = try Row.fetchOne(database, sql: sql) else { return false }
        return row[0] == plan.text && row[1] == plan.dataDigest.rawValue && row[2] == plan.tasks.count
    }

    private func tasks(data: DataSetName, digest: DataDigest) throws -> [SweepTask] {
        let rows = try Row.fetchCursor(database, sql: "SELECT id, parameters FROM tasks ORDER BY ordinal")
        return try rows.mapped { row in
            let id: String = row[0]
            guard let parameters = TaskParameters(canonicalText: row[1]) else {
                throw corrupt("the parameters of task \(id) cannot be read")
            }
            let task = SweepTask(parameters: parameters, data: data, dataDigest: digest)
            guard task.id.rawValue == id else { throw corrupt("task \(id) has the parameters of \(task.id)") }
            return task
        }
    }

    /// The committed record of a (task, epoch); `nil` while it is open.
    ///
    /// - Throws: `JournalError` of code `corrupt`; `DatabaseError` where the database fails.
    public func record(of task: TaskID, epoch: Int) throws -> EpochRecord? {
        let sql = """
            SELECT \(recordColumns) FROM \(recordTable)
            WHERE task = (SELECT ordinal FROM tasks WHERE id = ?) AND epoch = ?
            """
        let row = try Row.fetchOne(
            database.cachedStatement(sql: sql), arguments: [task.rawValue, epoch])
        return try row.map { try epochRecord($0, from: 0) }
    }

    /// Calls `body` for the records of a task by epoch, ascending: those from `epoch` on, at most `limit`. One is in
    /// memory at a time.
    ///
    /// Without `gradients` they have the metrics alone, and the pages of all else are not read.
    ///
    /// - Throws: as `record`, also where a record is of no epoch of the task; and what `body` throws.
    public func forEachRecord(
        of task: SweepTask, from epoch: Int, limit: Int, gradients: Bool, _ body: (EpochRecord) throws -> Void
    ) throws {
        let sql = """
            SELECT \(gradients ? recordColumns : metricColumns + ", NULL, NULL, NULL, NULL")
            FROM \(gradients ? recordTable : "records")
            WHERE task = (SELECT ordinal FROM tasks WHERE id = ?) AND epoch >= ? ORDER BY epoch LIMIT ?
            """
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: sql), arguments: [task.id.rawValue, epoch, limit])
        while let row = try rows.next() {
            let record = try epochRecord(row, from: 0)
            _ = try checkedEpoch(record.epoch, of: task)
            try body(record)
        }
    }

    /// Which test images a task got right after its last epoch; `nil` where that is not stored.
    ///
    /// - Throws: as `record`, also where it is of other images than the task's.
    public func outcomes(of task: SweepTask) throws -> ImageOutcomes? {
        let sql = "SELECT images, bits FROM outcomes WHERE task = (SELECT ordinal FROM tasks WHERE id = ?)"
        let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [task.id.rawValue])
        guard let outcomes = try row.flatMap({ try imageOutcomes($0, from: 0) }) else { return nil }
        guard outcomes.count == task.images.test else {
            throw corrupt("task \(task.id) has outcomes of \(outcomes.count) images, and \(task.images.test) images")
        }
        return outcomes
    }

    /// Calls `body` for every attempt: by task in the order of the plan, then by number.
    ///
    /// - Throws: as `record`, and what `body` throws.
    public func forEachAttempt(_ body: (TaskID, StoredAttempt) throws -> Void) throws {
        let sql = """
            SELECT tasks.id, \(attemptColumns) FROM attempts JOIN tasks ON ordinal = task ORDER BY task, attempt
            """
        let rows = try Row.fetchCursor(database, sql: sql)
        while let row = try rows.next() {
            try body(taskID(row[0]), storedAttempt(row, from: 1))
        }
    }

    /// An execution of a task; `nil` where there is none of that number.
    ///
    /// - Throws: as `record`.
    public func attempt(_ key: AttemptKey) throws -> StoredAttempt? {
        let sql = """
            SELECT \(attemptColumns) FROM attempts
            WHERE task = (SELECT ordinal FROM tasks WHERE id = ?) AND attempt = ?
            """
        let row = try Row.fetchOne(
            database.cachedStatement(sql: sql), arguments: [key.task.rawValue, key.attempt.rawValue])
        return try row.map { try storedAttempt($0, from: 0) }
    }

    /// The epochs, ascending, of each attempt that came out other than what is committed.
    ///
    /// - Throws: as `record`.
    public func differingEpochs() throws -> [AttemptKey: [Int]] {
        let sql = """
            SELECT tasks.id, attempt, epoch FROM disagreements JOIN tasks ON ordinal = task ORDER BY task, epoch
            """
        var epochs: [AttemptKey: [Int]] = [:]
        let rows = try Row.fetchCursor(database, sql: sql)
        while let row = try rows.next() {
            let key = AttemptKey(task: try taskID(row[0]), attempt: Attempt(rawValue: row[1]))
            epochs[key, default: []].append(row[2])
        }
        return epochs
    }

    /// The executions of keys that were found to lie.
    ///
    /// - Throws: as `record`.
    public func attemptsOfLiars() throws -> Set<AttemptKey> {
        let sql = """
            SELECT tasks.id, attempt FROM attempts JOIN tasks ON ordinal = task
            WHERE attempts.key IN (SELECT key FROM key_judgements WHERE verdict = 'lied')
            """
        return Set(
            try Row.fetchCursor(database, sql: sql).mapped { row in
                AttemptKey(task: try taskID(row[0]), attempt: Attempt(rawValue: row[1]))
            })
    }

    /// What took the place of stored records, in its order.
    ///
    /// - Throws: as `record`.
    public func replacements() throws -> [Replacement] {
        let sql = """
            SELECT tasks.id, epoch, attempt, digest, by_attempt, at, reason
            FROM replacements JOIN tasks ON ordinal = task ORDER BY replacements.id
            """
        return try Row.fetchCursor(database, sql: sql).mapped { row in
            guard let digest = RecordDigest(text: row[3]) else { throw corrupt("a replaced record has no digest") }
            return Replacement(
                task: try taskID(row[0]), epoch: row[1], replaced: Attempt(rawValue: row[2]), digest: digest,
                by: Attempt(rawValue: row[4]), at: Date(milliseconds: row[5]), reason: row[6])
        }
    }

    /// The records of an attempt that came out other than what is committed, by epoch.
    ///
    /// - Throws: as `record`.
    public func disagreements(of key: AttemptKey) throws -> [Disagreement] {
        let columns = [("delivered", "differing_outcomes"), ("records", "outcomes")].map { record, outcomes in
            recordColumnNames.map { "\(record).\($0)" } + outcomeColumnNames.map { "\(outcomes).\($0)" }
        }
        let sql = """
            SELECT tasks.id, delivered.attempt, at, records.attempt, \(columns.joined().joined(separator: ", "))
            FROM disagreements AS delivered LEFT JOIN differing_outcomes USING (task, epoch, attempt)
            JOIN records USING (task, epoch) LEFT JOIN outcomes USING (task, epoch) JOIN tasks ON ordinal = task
            WHERE tasks.id = ? AND delivered.attempt = ? ORDER BY epoch
            """
        let place: StatementArguments = [key.task.rawValue, key.attempt.rawValue]
        return try Row.fetchCursor(database, sql: sql, arguments: place).mapped { row in
            Disagreement(
                task: try taskID(row[0]), committed: try epochRecord(row, from: 4 + columns[0].count),
                committedBy: Attempt(rawValue: row[3]), delivered: try epochRecord(row, from: 4),
                deliveredBy: Attempt(rawValue: row[1]), at: Date(milliseconds: row[2]))
        }
    }
}

// MARK: - The whole state

extension JournalSnapshot {
    /// `nil` where a crash came before the plan was stored.
    ///
    /// - Parameter plan: as `storedPlan` takes it.
    /// - Throws: as `record`.
    public func state(knowing plan: StoredPlan? = nil) throws -> JournalState? {
        guard let plan = try storedPlan(knowing: plan) else { return nil }
        return JournalState(
            plan: plan, histories: try histories(of: plan.tasks), workers: try workers(),
            keys: try workerKeys(), judgements: try judgements(), settings: try settings(),
            disagreementCount: try Int.fetchOne(database, sql: "SELECT count(*) FROM disagreements") ?? 0)
    }

    private func workers() throws -> [SeenWorker] {
        let sql = """
            SELECT id, host, processor, cores, kernels, build, slots, first_seen, last_seen, cores_bound, memory_bytes,
            memory_bound FROM workers ORDER BY id
            """
        return try Row.fetchCursor(database, sql: sql).mapped { row in
            SeenWorker(
                id: try workerID(row[0]), facts: hostFacts(row, from: 1, boundsFrom: 9), slots: row[6],
                firstSeen: Date(milliseconds: row[7]), lastSeen: Date(milliseconds: row[8]))
        }
    }

    func workerKeys() throws -> [WorkerID: WorkerKey] {
        try Row.fetchAll(database, sql: "SELECT worker, key FROM worker_keys").reduce(into: [:]) { keys, row in
            keys[try workerID(row[0])] = try workerKey(row[1])
        }
    }

    /// What was found out of keys, in the order in which it was stored.
    private func judgements() throws -> [KeyJudgement] {
        let sql = """
            SELECT key, verdict, tasks.id, reason FROM key_judgements LEFT JOIN tasks ON ordinal = task
            ORDER BY key_judgements.id
            """
        return try Row.fetchCursor(database, sql: sql).mapped { row in
            guard let verdict = KeyJudgement.Verdict(rawValue: row[1]) else {
                throw corrupt("\(row[1] as String) is no judgement of a key")
            }
            return KeyJudgement(
                key: try workerKey(row[0]), verdict: verdict, task: try (row[2] as String?).map(taskID), reason: row[3])
        }
    }

    /// The words that the coordinator left for other commands.
    ///
    /// - Throws: `DatabaseError` where the database fails.
    public func settings() throws -> [Setting: String] {
        try Row.fetchAll(database, sql: "SELECT key, value FROM settings").reduce(into: [:]) { settings, row in
            settings[Setting(rawValue: row[0])] = row[1]
        }
    }
}
