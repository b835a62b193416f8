import Foundation
import Scheduling

extension JournalChange {
    /// A fact of a turn, as it is stored at `date`.
    public init(_ fact: StoredFact, at date: Date) {
        switch fact {
        case .task(let fact): self.init(fact, at: date)
        case .nameBound(let worker, let key): self = .nameBound(worker, to: key, at: date)
        case .workerSeen(let worker):
            self = .workerSeen(worker.id, facts: worker.facts, slots: worker.slots, at: date)
        // Other commands of the same directory read it.
        case .pauseChanged(let isPaused): self = .settingChanged(.paused, to: isPaused ? "true" : nil)
        case .recordDiffered(let comparison):
            self = .recordDiffered(comparison.record, by: comparison.attempt, at: date)
        case .recordConfirmed(let comparison):
            self = .recordConfirmed(comparison.attempt, epoch: comparison.record.epoch)
        }
    }

    private init(_ fact: TaskFact, at date: Date) {
        switch fact {
        case .attemptStarted(let key, let worker, let facts):
            self = .attemptStarted(key, worker: worker, facts: facts, at: date)
        case .attemptReopened(let key): self = .attemptReopened(key)
        case .recordCommitted(let key, let record): self = .recordCommitted(record, by: key)
        case .attemptEnded(let key, let end): self = .attemptEnded(key, StoredEnd(end, at: date))
        case .taskFailed(let task, let failure): self = .taskFailed(task, failure)
        case .taskReopened(let task): self = .taskReopened(task)
        case .attemptResumed(let key, let origin): self = .attemptResumed(key, from: origin)
        case .checkpointKept(let key, let label): self = .checkpointKept(key, label)
        case .checkpointBlamed(let key, let victim): self = .checkpointBlamed(key, forEndOf: victim)
        case .recordsReplaced(let key, let reason): self = .recordsReplaced(by: key, reason: reason, at: date)
        case .keyJudged(let judgement): self = .keyJudged(judgement, at: date)
        }
    }
}
