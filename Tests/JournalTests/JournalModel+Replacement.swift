import Experiment
import Foundation
import GRDB
import Journal
import Status
import TestSupport

// What a plain model knows of records that came out other, and of those that take the place of the stored ones.

extension JournalModel {
    mutating func differ(_ record: EpochRecord, by key: AttemptKey) {
        // The first one counts.
        guard differences[key, default: [:]][record.epoch] == nil else { return }
        differences[key, default: [:]][record.epoch] = record
        histories[key.task]!.attempts[key.attempt.rawValue - 1].differing[record.epoch] = record.digest
    }

    private mutating func agree(_ key: AttemptKey, in epoch: Int) {
        differences[key]?[epoch] = nil
        histories[key.task]!.attempts[key.attempt.rawValue - 1].differing[epoch] = nil
        histories[key.task]!.attempts[key.attempt.rawValue - 1].confirmed.insert(epoch)
    }

    mutating func replaceRecords(by key: AttemptKey, reason: String, at: Date) {
        var history: TaskHistory { histories[key.task]! }
        for place in history.attempts.indices.dropFirst(history.lastProgress) {
            histories[key.task]!.attempts[place].isAudit = true
        }
        for (epoch, right) in differences[key]!.sorted(by: { $0.key < $1.key }) {
            let wrong = records[key.task]![epoch]!, author = history.authors[history.epochs.firstIndex(of: epoch)!]
            replacements.append(
                Replacement(
                    task: key.task, epoch: epoch, replaced: author, digest: wrong.digest, by: key.attempt, at: at,
                    reason: reason))
            records[key.task]![epoch] = right
            let keys = history.attempts.indices.map {
                AttemptKey(task: key.task, attempt: Attempt(rawValue: $0 + 1))
            }
            let agreeing = keys.filter { differences[$0]?[epoch]?.confirms(right) == true }
            let believers = keys.filter { history.attempts[$0.attempt.rawValue - 1].confirmed.contains(epoch) }
            for believer in believers {
                histories[key.task]!.attempts[believer.attempt.rawValue - 1].confirmed.remove(epoch)
            }
            for agreeing in agreeing { agree(agreeing, in: epoch) }
            for wronged in believers + [AttemptKey(task: key.task, attempt: author)] { differ(wrong, by: wronged) }
        }
        histories[key.task]!.authors = history.authors.map { _ in key.attempt }
        histories[key.task]!.lastProgress = key.attempt.rawValue
        histories[key.task]!.attempts[key.attempt.rawValue - 1].confirmed = []
    }

    /// Also what is stored of them alone: which images are right, and that nothing points to what is not there.
    func equalsInDifferences(_ reader: JournalReader) throws -> Bool {
        try reader.read { snapshot in
            for task in plan.tasks {
                for number in 1...(attempts[task.id]?.count ?? 1) {
                    let key = task.attempt(number)
                    let delivered = try snapshot.disagreements(of: key).map(\.delivered)
                    let expected = differences[key, default: [:]].values.sorted { $0.epoch < $1.epoch }
                    guard delivered == expected else { return false }
                }
            }
            let loose = try Int.fetchOne(
                snapshot.database, sql: "SELECT count(*) FROM pragma_foreign_key_check")
            return try loose == 0 && snapshot.replacements() == replacements
        }
    }

    /// What another attempt of the task delivered, as executions of the same task do; sometimes without its images.
    func recordOfAnother(than key: AttemptKey, _ generator: inout SeededRandom) -> EpochRecord? {
        let others = differences.filter { $0.key.task == key.task && $0.key != key }.sorted { $0.key < $1.key }
        guard Bool.random(using: &generator),
            var record = others.flatMap({ $0.value.values.sorted { $0.epoch < $1.epoch } })
                .randomElement(using: &generator)
        else { return nil }
        if Int.random(in: 0..<4, using: &generator) == 0 { record.outcomes = nil }
        return record
    }
}
