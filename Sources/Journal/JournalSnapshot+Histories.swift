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

    /// Rows that begin with the task's number, each task's in their order.
    ///
    /// - Parameter condition: on the column `task`.
    func sql(where condition: String) -> String {
        switch self {
        case .failure: "SELECT ordinal AS task, failure FROM tasks WHERE failure IS NOT NULL AND \(condition)"
        case .records: "SELECT task, epoch, attempt FROM records WHERE \(condition) ORDER BY task, epoch"
        case .attempts: "SELECT task, worker, outcome, key FROM attempts WHERE \(condition) ORDER BY task, attempt"
        }
    }

    func add(_ row: Row, to history: inout TaskHistory, of task: SweepTask) throws {
        switch self {
        case .failure: history.failure = TaskFailure(text: row[1])
        case .records:
            history.epochs.append(try checkedEpoch(row[1], of: task))
            history.lastProgress = max(history.lastProgress, row[2])
        case .attempts:
            let outcome = try (row[2] as String?).map(attemptOutcome)
            let key = try (row[3] as String?).map(workerKey)
            history.attempts.append(.init(worker: try workerID(row[1]), key: key, outcome: outcome))
        }
    }
}
