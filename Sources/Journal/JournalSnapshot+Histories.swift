import Experiment
import GRDB
import Status

extension JournalSnapshot {
    /// What happened to one task so far, without a look at the others; empty where the plan has no such task.
    ///
    /// - Throws: as `record`.
    public func history(of task: SweepTask) throws -> TaskHistory {
        var history = TaskHistory()
        let sql = "SELECT ordinal FROM tasks WHERE id = ?"
        guard let ordinal = try Int.fetchOne(database, sql: sql, arguments: [task.id.rawValue]) else { return history }
        for part in HistoryPart.allCases {
            let rows = try Row.fetchCursor(database, sql: part.sql(where: "task = \(ordinal)"))
            while let row = try rows.next() { try part.add(row, to: &history, of: task) }
        }
        return history
    }

    /// What happened to each task of the plan, in its order.
    func histories(of tasks: [SweepTask]) throws -> [TaskHistory] {
        var histories = [TaskHistory](repeating: TaskHistory(), count: tasks.count)
        for part in HistoryPart.allCases {
            let rows = try Row.fetchCursor(database, sql: part.sql(where: "true"))
            while let row = try rows.next() {
                let ordinal: Int = row[0]
                guard tasks.indices.contains(ordinal) else { throw corrupt("task number \(ordinal) is missing") }
                try part.add(row, to: &histories[ordinal], of: tasks[ordinal])
            }
        }
        return histories
    }
}

/// What a history is made of, a table each.
private enum HistoryPart: CaseIterable {
    case failure, records, attempts
    /// Those of attempts that were read before.
    case disagreements, confirmations, checkpoints

    /// Rows that begin with the task's number, each task's in their order.
    ///
    /// - Parameter condition: on the column `task`.
    func sql(where condition: String) -> String {
        switch self {
        case .failure: "SELECT ordinal AS task, failure FROM tasks WHERE failure IS NOT NULL AND \(condition)"
        case .records: "SELECT task, epoch, attempt FROM records WHERE \(condition) ORDER BY task, epoch"
        case .attempts:
            """
            SELECT task, worker, outcome, key, audit, resumed_after, resumed_from, checkpoint_blamed, excused
            FROM attempts
            WHERE \(condition) ORDER BY task, attempt
            """
        case .disagreements: "SELECT task, attempt, \(recordColumns) FROM \(disagreementTable) WHERE \(condition)"
        case .confirmations: "SELECT task, attempt, epoch FROM confirmations WHERE \(condition)"
        case .checkpoints: "SELECT task, attempt, epoch, digest FROM checkpoints WHERE \(condition)"
        }
    }

    func add(_ row: Row, to history: inout TaskHistory, of task: SweepTask) throws {
        switch self {
        case .failure: history.failure = TaskFailure(text: row[1])
        case .records:
            let epoch = try checkedEpoch(row[1], of: task)
            history.epochs.append(epoch)
            history.authors.append(Attempt(rawValue: row[2]))
            history.lastProgress = max(history.lastProgress, row[2])
        case .attempts:
            let outcome = try (row[2] as String?).map(attemptOutcome)
            let key = try (row[3] as String?).map(workerKey)
            var execution = TaskHistory.Execution(worker: try workerID(row[1]), key: key, outcome: outcome)
            execution.isAudit = row[4]
            execution.origin = (row[5] as Int?).map {
                CheckpointOrigin(epoch: $0, author: (row[6] as Int?).map(Attempt.init(rawValue:)))
            }
            execution.hasBlamedCheckpoint = row[7]
            execution.isExcused = row[8]
            history.attempts.append(execution)
        case .disagreements:
            let record = try epochRecord(row, from: 2)
            history.attempts[try place(row[1], history, task)].differing[record.epoch] = record.digest
        case .confirmations:
            history.attempts[try place(row[1], history, task)].confirmed.insert(row[2])
        case .checkpoints:
            guard let digest = ContentDigest(rawValue: row[3]) else {
                throw corrupt("a checkpoint of task \(task.id) has no digest")
            }
            let author = Attempt(rawValue: try place(row[1], history, task) + 1)
            history.checkpoint = KeptCheckpoint(epoch: row[2], digest: digest, author: author)
        }
    }

    private func place(_ number: Int, _ history: TaskHistory, _ task: SweepTask) throws -> Int {
        guard history.attempts.indices.contains(number - 1) else {
            throw corrupt("task \(task.id) has no attempt \(number)")
        }
        return number - 1
    }
}
