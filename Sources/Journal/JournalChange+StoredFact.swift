import Foundation
import Scheduling

extension JournalChange {
    /// A fact of a turn, as it is stored at `date`.
    public init(_ fact: StoredFact, at date: Date) {
        switch fact {
        case .board(let action): self.init(action, at: date)
        case .nameBound(let worker, let key): self = .nameBound(worker, to: key, at: date)
        case .workerSeen(let worker, let facts, let slots):
            self = .workerSeen(worker, facts: facts, slots: slots, at: date)
        // For other commands of the same directory.
        case .pauseChanged(let isPaused): self = .settingChanged(.paused, to: isPaused ? "true" : nil)
        case .recordDiffered(let comparison):
            self = .recordDiffered(comparison.record, by: comparison.attempt, at: date)
        }
    }

    private init(_ action: TaskBoard.Action, at date: Date) {
        switch action {
        case .storeAttemptStarted(let key, let worker, let facts):
            self = .attemptStarted(key, worker: worker, facts: facts, at: date)
        case .storeAttemptReopened(let key): self = .attemptReopened(key)
        case .storeRecord(let key, let record): self = .recordCommitted(record, by: key)
        case .storeAttemptEnded(let key, let end): self = .attemptEnded(key, StoredEnd(end, at: date))
        case .storeTaskFailed(let task, let failure): self = .taskFailed(task, failure)
        case .storeTaskReopened(let task): self = .taskReopened(task)
        default: preconditionFailure("\(action) is not stored")
        }
    }
}
