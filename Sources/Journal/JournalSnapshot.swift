import Experiment
import Foundation
import GRDB
import Status

/// The journal at one instant; valid only inside of `JournalReader.read`.
public struct JournalSnapshot {
    let database: Database

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
            SELECT \(recordColumns) FROM records
            WHERE task = (SELECT ordinal FROM tasks WHERE id = ?) AND epoch = ?
            """
        let row = try Row.fetchOne(
            database.cachedStatement(sql: sql), arguments: [task.rawValue, epoch])
        return try row.map { try epochRecord($0, from: 0) }
    }

    /// Calls `body` for every record: by task in the order of the plan, then by epoch. One is in memory at a time.
    ///
    /// Without `gradients` their fields are empty, and their pages are not read.
    ///
    /// - Throws: as `record`, and what `body` throws.
    public func forEachRecord(gradients: Bool = true, _ body: (TaskID, EpochRecord) throws -> Void) throws {
        let columns = gradients ? recordColumns : metricColumns + ", NULL, NULL"
        let sql = "SELECT tasks.id, \(columns) FROM records JOIN tasks ON ordinal = task ORDER BY task, epoch"
        let rows = try Row.fetchCursor(database, sql: sql)
        while let row = try rows.next() {
            try body(taskID(row[0]), epochRecord(row, from: 1))
        }
    }

    /// Calls `body` for the records of a task by epoch, ascending: those from `epoch` on, at most `limit`.
    ///
    /// Without `gradients` their fields are empty, and their pages are not read.
    ///
    /// - Throws: as `record`, also where a record is of no epoch of the task; and what `body` throws.
    public func forEachRecord(
        of task: SweepTask, from epoch: Int, limit: Int, gradients: Bool, _ body: (EpochRecord) throws -> Void
    ) throws {
        let sql = """
            SELECT \(gradients ? recordColumns : metricColumns + ", NULL, NULL") FROM records
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

    /// Of each attempt that came out other than what is committed, the epochs in which it did, ascending.
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

    /// By task in the order of the plan, then by epoch and attempt.
    ///
    /// - Throws: as `record`.
    public func disagreements() throws -> [Disagreement] {
        let columns = recordColumnNames.map { "delivered.\($0)" } + recordColumnNames.map { "records.\($0)" }
        let sql = """
            SELECT tasks.id, delivered.attempt, at, records.attempt, \(columns.joined(separator: ", "))
            FROM disagreements AS delivered JOIN records USING (task, epoch) JOIN tasks ON ordinal = task
            ORDER BY task, epoch, delivered.attempt
            """
        return try Row.fetchCursor(database, sql: sql).mapped { row in
            Disagreement(
                task: try taskID(row[0]), committed: try epochRecord(row, from: 4 + recordColumnNames.count),
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
            keys: try workerKeys(), settings: try settings(),
            disagreementCount: try Int.fetchOne(database, sql: "SELECT count(*) FROM disagreements") ?? 0)
    }

    private func histories(of tasks: [SweepTask]) throws -> [TaskHistory] {
        var histories = [TaskHistory](repeating: TaskHistory(), count: tasks.count)
        func fill(_ sql: String, _ set: (inout TaskHistory, SweepTask, Row) throws -> Void) throws {
            let rows = try Row.fetchCursor(database, sql: sql)
            while let row = try rows.next() {
                let ordinal: Int = row[0]
                guard tasks.indices.contains(ordinal) else { throw corrupt("task number \(ordinal) is missing") }
                try set(&histories[ordinal], tasks[ordinal], row)
            }
        }
        try fill("SELECT ordinal, failure FROM tasks WHERE failure IS NOT NULL") { history, _, row in
            history.failure = TaskFailure(text: row[1])
        }
        try fill("SELECT task, epoch, attempt FROM records ORDER BY task, epoch") { history, task, row in
            history.epochs.append(try checkedEpoch(row[1], of: task))
            history.lastProgress = max(history.lastProgress, row[2])
        }
        try fill("SELECT task, worker, outcome, key FROM attempts ORDER BY task, attempt") { history, _, row in
            let outcome = try (row[2] as String?).map(attemptOutcome)
            let key = try (row[3] as String?).map(keyDigest)
            history.attempts.append(.init(worker: try workerID(row[1]), key: key, outcome: outcome))
        }
        return histories
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

    private func workerKeys() throws -> [WorkerID: KeyDigest] {
        try Row.fetchAll(database, sql: "SELECT worker, key FROM worker_keys").reduce(into: [:]) { keys, row in
            keys[try workerID(row[0])] = try keyDigest(row[1])
        }
    }

    private func settings() throws -> [Setting: String] {
        try Row.fetchAll(database, sql: "SELECT key, value FROM settings").reduce(into: [:]) { settings, row in
            settings[Setting(rawValue: row[0])] = row[1]
        }
    }
}
