import Experiment
import Foundation
import GRDB
import Statistics

// Which images a task's last epoch got right: beside the records and the differing ones, in the same transaction.

extension Journal {
    /// Of the committed record.
    func keep(_ outcomes: ImageOutcomes, of task: TaskID, epoch: Int, _ database: Database) throws {
        let sql = "INSERT INTO outcomes (task, epoch, images, bits) VALUES (?, ?, ?, ?)"
        try database.cachedStatement(sql: sql).execute(
            arguments: [ordinal(of: task), epoch, outcomes.count, Data(outcomes.bytes)])
    }

    /// Of a record that came out other than the committed one.
    func keep(
        _ outcomes: ImageOutcomes, ofDifferenceBy key: AttemptKey, epoch: Int, _ database: Database
    ) throws {
        let sql = "INSERT INTO differing_outcomes (task, epoch, attempt, images, bits) VALUES (?, ?, ?, ?, ?)"
        try database.cachedStatement(sql: sql).execute(
            arguments: [
                ordinal(of: key.task), epoch, key.attempt.rawValue, outcomes.count, Data(outcomes.bytes),
            ])
    }
}
