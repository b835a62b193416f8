import Experiment
import Foundation
import GRDB
import Status

// Who is believed: what second executions confirmed, what took the place of what, and what was found out of keys.

extension Journal {
    func confirm(_ epoch: Int, by key: AttemptKey, _ database: Database) throws {
        let sql = "INSERT INTO confirmations (task, epoch, attempt) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        try database.cachedStatement(sql: sql).execute(
            arguments: [ordinal(of: key.task), epoch, key.attempt.rawValue])
    }

    func judge(_ judgement: KeyJudgement, at: Date, _ database: Database) throws {
        let sql = "INSERT INTO key_judgements (key, verdict, task, at, reason) VALUES (?, ?, ?, ?, ?)"
        try database.execute(
            sql: sql,
            arguments: [
                judgement.key.rawValue, judgement.verdict.rawValue, judgement.task.map { try ordinal(of: $0) },
                at.milliseconds, judgement.reason,
            ])
    }

    /// Makes every record of the task this attempt's. Those that it replaces stand beside it from now on, as what an
    /// attempt delivered that came out other; their digests are kept with when and why.
    func replaceRecords(by key: AttemptKey, reason: String, at: Date, _ database: Database) throws {
        let task = try ordinal(of: key.task), winner = key.attempt.rawValue
        // They are second executions for good, though the last record will be of one of them.
        let marking = """
            UPDATE attempts SET audit = 1
            WHERE task = ?1 AND attempt > (SELECT coalesce(max(attempt), 0) FROM records WHERE task = ?1)
            """
        try database.execute(sql: marking, arguments: [task])
        let sql = "SELECT \(recordColumns) FROM \(disagreementTable) WHERE task = ? AND attempt = ? ORDER BY epoch"
        let rows = try Row.fetchAll(database, sql: sql, arguments: [task, winner])
        guard !rows.isEmpty else {
            throw invalid("attempt \(winner) of task \(key.task) has no other records than the stored ones")
        }
        for row in rows { try replace(by: epochRecord(row, from: 0), of: key, reason: reason, at: at, database) }
        try database.execute(sql: "UPDATE records SET attempt = ? WHERE task = ?", arguments: [winner, task])
        try database.execute(
            sql: "DELETE FROM confirmations WHERE task = ? AND attempt = ?", arguments: [task, winner])
    }

    private func replace(
        by right: EpochRecord, of key: AttemptKey, reason: String, at: Date, _ database: Database
    ) throws {
        let task = try ordinal(of: key.task), epoch = right.epoch
        let sql = "SELECT attempt, \(recordColumns) FROM \(recordTable) WHERE task = ? AND epoch = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [task, epoch]) else {
            throw invalid("epoch \(epoch) of task \(key.task) has no record that could be replaced")
        }
        let wrong = try epochRecord(row, from: 1), author = Attempt(rawValue: row[0])
        let story = """
            INSERT INTO replacements (task, epoch, attempt, digest, by_attempt, at, reason) VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        try database.execute(
            sql: story,
            arguments: [
                task, epoch, author.rawValue, wrong.digest.text, key.attempt.rawValue, at.milliseconds, reason,
            ])
        try set(right, of: key, database)
        let others = try others(than: right, of: key, database)
        for attempt in others.agreeing {
            let place: StatementArguments = [task, epoch, attempt.rawValue]
            let removal = "DELETE FROM disagreements WHERE task = ? AND epoch = ? AND attempt = ?"
            try database.execute(sql: removal, arguments: place)
            try confirm(epoch, by: AttemptKey(task: key.task, attempt: attempt), database)
        }
        for attempt in others.withWrongOne + [author] {
            try disagree(wrong, by: AttemptKey(task: key.task, attempt: attempt), at: at, database)
        }
    }

    private func set(_ record: EpochRecord, of key: AttemptKey, _ database: Database) throws {
        let sql = """
            UPDATE records SET attempt = ?, train_loss = ?, val_loss = ?, train_acc = ?, val_acc = ?,
            gradient_norms = ?, layer_gradients = ? WHERE task = ? AND epoch = ?
            """
        let place: StatementArguments = [try ordinal(of: key.task), record.epoch]
        try database.execute(sql: sql, arguments: [key.attempt.rawValue] + record.values + place)
        // Those of the record that stood there go with it, also where the new one has none.
        try database.execute(sql: "DELETE FROM outcomes WHERE task = ? AND epoch = ?", arguments: place)
        if let outcomes = record.outcomes { try keep(outcomes, of: key.task, epoch: record.epoch, database) }
    }

    /// Attempts whose record of the epoch differed from the wrong one and confirms the right one, and those that had
    /// confirmed the wrong one; the latter are no confirmations any more.
    private func others(
        than right: EpochRecord, of key: AttemptKey, _ database: Database
    ) throws -> (agreeing: [Attempt], withWrongOne: [Attempt]) {
        let place: StatementArguments = [try ordinal(of: key.task), right.epoch]
        let differing = "SELECT attempt, \(recordColumns) FROM \(disagreementTable) WHERE task = ? AND epoch = ?"
        let agreeing = try Row.fetchAll(database, sql: differing, arguments: place).filter {
            try epochRecord($0, from: 1).confirms(right)
        }
        let confirming = try Int.fetchAll(
            database, sql: "SELECT attempt FROM confirmations WHERE task = ? AND epoch = ?", arguments: place)
        try database.execute(sql: "DELETE FROM confirmations WHERE task = ? AND epoch = ?", arguments: place)
        return (agreeing.map { Attempt(rawValue: $0[0]) }, confirming.map { Attempt(rawValue: $0) })
    }
}

// MARK: - Checkpoints

extension Journal {
    func resume(_ key: AttemptKey, from origin: CheckpointOrigin?, _ database: Database) throws {
        let sql = "UPDATE attempts SET resumed_after = ?, resumed_from = ? WHERE task = ? AND attempt = ?"
        try database.cachedStatement(sql: sql).execute(
            arguments: [
                origin?.epoch, origin?.author?.rawValue, ordinal(of: key.task), key.attempt.rawValue,
            ])
    }

    func keep(_ label: CheckpointLabel, of key: AttemptKey, _ database: Database) throws {
        let sql = """
            INSERT INTO checkpoints (task, epoch, digest, attempt) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (task) DO UPDATE SET epoch = ?2, digest = ?3, attempt = ?4
            """
        try database.cachedStatement(sql: sql).execute(
            arguments: [ordinal(of: key.task), label.epoch, label.digest.rawValue, key.attempt.rawValue])
    }

    func blameCheckpoint(of key: AttemptKey, forEndOf victim: Attempt, _ database: Database) throws {
        for (column, attempt) in [("checkpoint_blamed", key.attempt), ("excused", victim)] {
            try database.execute(
                sql: "UPDATE attempts SET \(column) = 1 WHERE task = ? AND attempt = ?",
                arguments: [ordinal(of: key.task), attempt.rawValue])
        }
    }
}
