import Experiment
import Foundation
import GRDB

extension Journal {
    /// Stores all of `changes` in one transaction, in their order: all of them are on disk when it returns.
    ///
    /// Where it throws, none of them counts, and the journal is ready for the next commit. After a fault of the device
    /// one thing stays open: a restarted coordinator may find the changes stored after all, since the log may have
    /// reached the disk though the flush failed. So a worker keeps what was not acknowledged, and a record that comes
    /// again is compared.
    ///
    /// - Throws: `diskFull`, `readOnly`, `ioError` or `locked`, after which the same changes can be tried again
    ///   (`JournalError.mayPass`); `gone` where the file is not in its place any more; `recordRepeated`,
    ///   `recordConflict` or `invalidChange` where the changes contradict what is stored.
    public func commit(_ changes: [JournalChange]) throws(JournalError) {
        guard !changes.isEmpty else { return }
        try translating(directory.journalFile) {
            try queue.inTransaction(.immediate) { database in
                for change in changes {
                    try apply(change, to: database)
                }
                return .commit
            }
        }
        guard isInPlace else {
            throw JournalError(
                .gone, path: directory.journalFile,
                "was moved or deleted while the sweep ran; run the sweep again, with --out where its directory is now")
        }
    }

    private func apply(_ change: JournalChange, to database: Database) throws {
        switch change {
        case .attemptStarted(let key, let worker, let facts, let at):
            try start(key, worker: worker, facts: facts, at: at, database)
        case .attemptReopened(let key):
            try reopen(key, database)
        case .recordCommitted(let record, let key):
            try insert(record, by: key, database)
        case .attemptEnded(let key, let end):
            try finish(key, end, database)
        case .recordDiffered(let record, let key, let at):
            try disagree(record, by: key, at: at, database)
        case .recordConfirmed(let key, let epoch):
            try confirm(epoch, by: key, database)
        case .recordsReplaced(let key, let reason, let at):
            try replaceRecords(by: key, reason: reason, at: at, database)
        case .attemptResumed(let key, let origin):
            try resume(key, from: origin, database)
        case .checkpointKept(let key, let label):
            try keep(label, of: key, database)
        case .checkpointBlamed(let key, let victim):
            try blameCheckpoint(of: key, forEndOf: victim, database)
        case .keyJudged(let judgement, let at):
            try judge(judgement, at: at, database)
        case .taskFailed(let task, let failure):
            try setFailure(of: task, to: failure.text, database)
        case .taskReopened(let task):
            try setFailure(of: task, to: nil, database)
        case .nameBound(let worker, let key, let at):
            try bind(worker, to: key, at: at, database)
        case .workerSeen(let worker, let facts, let slots, let at):
            try see(worker, facts: facts, slots: slots, at: at, database)
        case .settingChanged(let setting, let value):
            try set(setting, to: value, database)
        }
    }
}

// MARK: - Attempts

extension Journal {
    private func start(
        _ key: AttemptKey, worker: WorkerID, facts: HostFacts, at: Date, _ database: Database
    ) throws {
        let sql = """
            INSERT INTO attempts (task, attempt, worker, host, processor, cores, kernels, build, started, key)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, (SELECT key FROM worker_keys WHERE worker = ?3))
            """
        try database.cachedStatement(sql: sql).execute(
            arguments: [
                ordinal(of: key.task), key.attempt.rawValue, worker.rawValue, facts.host, facts.processor, facts.cores,
                facts.kernels, facts.build, at.milliseconds,
            ])
    }

    private func finish(_ key: AttemptKey, _ end: StoredEnd, _ database: Database) throws {
        let sql = """
            UPDATE attempts SET ended = ?, seconds = ?, outcome = ?, reason = ?
            WHERE task = ? AND attempt = ? AND ended IS NULL
            """
        try database.cachedStatement(sql: sql).execute(
            arguments: [
                end.at.milliseconds, end.seconds, end.outcome.rawValue, end.reason, ordinal(of: key.task),
                key.attempt.rawValue,
            ])
        guard database.changesCount == 1 else {
            throw invalid("attempt \(key.attempt.rawValue) of task \(key.task) is not open, so it cannot end")
        }
    }

    private func reopen(_ key: AttemptKey, _ database: Database) throws {
        let sql = """
            UPDATE attempts SET ended = NULL, seconds = NULL, outcome = NULL, reason = NULL
            WHERE task = ? AND attempt = ? AND ended IS NOT NULL
            """
        try database.cachedStatement(sql: sql).execute(arguments: [ordinal(of: key.task), key.attempt.rawValue])
        guard database.changesCount == 1 else {
            throw invalid("attempt \(key.attempt.rawValue) of task \(key.task) has not ended, so it cannot be reopened")
        }
    }

    private func setFailure(of task: TaskID, to reason: String?, _ database: Database) throws {
        try database.cachedStatement(sql: "UPDATE tasks SET failure = ? WHERE ordinal = ?")
            .execute(arguments: [reason, ordinal(of: task)])
    }
}

// MARK: - Records

extension Journal {
    private func insert(_ record: EpochRecord, by key: AttemptKey, _ database: Database) throws {
        let sql = """
            INSERT INTO records
            (task, epoch, attempt, train_loss, val_loss, train_acc, val_acc, gradient_norms, layer_gradients)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        let place: StatementArguments = [try ordinal(of: key.task), record.epoch, key.attempt.rawValue]
        do {
            try database.cachedStatement(sql: sql).execute(arguments: place + record.values)
        } catch ResultCode.SQLITE_CONSTRAINT_PRIMARYKEY {
            throw try refusal(of: record, by: key, database)
        }
        if let outcomes = record.outcomes { try keep(outcomes, of: key.task, epoch: record.epoch, database) }
    }

    private func refusal(of record: EpochRecord, by key: AttemptKey, _ database: Database) throws -> JournalError {
        let stored = try JournalSnapshot(database: database).record(of: key.task, epoch: record.epoch)
        let place = "epoch \(record.epoch) of task \(key.task)"
        guard stored.map(record.agrees) == true else {
            let message = "\(place) is committed already, and attempt \(key.attempt.rawValue) has other bits"
            return JournalError(.recordConflict, path: directory.journalFile, message)
        }
        return JournalError(.recordRepeated, path: directory.journalFile, "\(place) is committed already")
    }

    func disagree(_ record: EpochRecord, by key: AttemptKey, at: Date, _ database: Database) throws {
        let sql = """
            INSERT INTO disagreements
            (task, epoch, attempt, at, train_loss, val_loss, train_acc, val_acc, gradient_norms, layer_gradients)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (task, epoch, attempt) DO NOTHING
            """
        let place: StatementArguments = [
            try ordinal(of: key.task), record.epoch, key.attempt.rawValue, at.milliseconds,
        ]
        try database.cachedStatement(sql: sql).execute(arguments: place + record.values)
        guard database.changesCount == 1, let outcomes = record.outcomes else { return }
        try keep(outcomes, ofDifferenceBy: key, epoch: record.epoch, database)
    }
}

extension EpochRecord {
    /// In the order of the columns.
    var values: StatementArguments {
        [
            metrics.trainLoss, metrics.valLoss, metrics.trainAccuracy, metrics.valAccuracy,
            gradientNormsBlob(gradientNorms), layerGradientsBlob(layerGradients),
        ]
    }
}

// MARK: - Workers and settings

extension Journal {
    private func see(_ worker: WorkerID, facts: HostFacts, slots: Int, at: Date, _ database: Database) throws {
        let sql = """
            INSERT INTO workers (id, host, processor, cores, kernels, build, slots, first_seen, last_seen, cores_bound,
            memory_bytes, memory_bound)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11)
            ON CONFLICT (id) DO UPDATE SET host = ?2, processor = ?3, cores = ?4, kernels = ?5, build = ?6, slots = ?7,
            last_seen = ?8, cores_bound = ?9, memory_bytes = ?10, memory_bound = ?11
            """
        try database.cachedStatement(sql: sql).execute(
            arguments: [
                worker.rawValue, facts.host, facts.processor, facts.cores, facts.kernels, facts.build, slots,
                at.milliseconds, facts.coresBound, facts.memoryBytes, facts.memoryBound,
            ])
    }

    private func bind(_ worker: WorkerID, to key: WorkerKey, at: Date, _ database: Database) throws {
        let sql = "INSERT INTO worker_keys (worker, key, since) VALUES (?, ?, ?) ON CONFLICT (worker) DO NOTHING"
        try database.cachedStatement(sql: sql).execute(arguments: [worker.rawValue, key.rawValue, at.milliseconds])
        guard database.changesCount == 1 else { throw invalid("the name \(worker) belongs to a key already") }
    }

    private func set(_ setting: Setting, to value: String?, _ database: Database) throws {
        guard let value else {
            return try database.execute(sql: "DELETE FROM settings WHERE key = ?", arguments: [setting.rawValue])
        }
        let sql = "INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2"
        try database.execute(sql: sql, arguments: [setting.rawValue, value])
    }

    func ordinal(of task: TaskID) throws(JournalError) -> Int64 {
        guard let ordinal = ordinals[task] else { throw invalid("task \(task) is not in the plan") }
        return ordinal
    }

    func invalid(_ message: String) -> JournalError {
        JournalError(.invalidChange, path: directory.journalFile, message)
    }
}
