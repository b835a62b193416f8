import Experiment
import Scheduling
import Status

// The wiring stores something wrong of who is believed where a bug is planted.

extension Fleet {
    /// Whether a shell with the bug does not store the fact.
    func isLeftOut(_ fact: StoredFact) -> Bool {
        switch (plan.bug, fact) {
        case (.judgementNotStored, .task(.keyJudged(let judgement))): judgement.verdict == .lied
        case (.falseWitnessBelieved, .task(.keyJudged(let judgement))):
            judgement.verdict == .lied && judgement.reason.hasPrefix("said that task")
        case (.blameNotStored, .task(.checkpointBlamed)): true
        default: false
        }
    }

    /// What a shell with the bug stores behind a fact of a transaction; `nil` for nothing.
    func plantedBug(behind fact: StoredFact, in facts: [StoredFact]) -> StoredFact? {
        guard case .task(.attemptEnded(let key, let end)) = fact else { return nil }
        switch plan.bug {
        case .oneWordOfDivergenceBelieved where end.outcome == .diverged:
            let isOver = model.history(of: key).isComplete || facts.contains { $0.decidesWhatFollows(fromEndOf: key) }
            return isOver ? nil : .task(.taskFailed(key.task, .hopeless(reason: end.reason)))
        case .ownAuditVouches where end.outcome == .completed:
            let history = model.history(of: key), owner = model.attempt(key)?.key
            guard let owner, key.attempt.rawValue > history.lastProgress, history.makers.contains(owner) else {
                return nil
            }
            return .task(.keyJudged(KeyJudgement(key: owner, verdict: .vouched, task: key.task)))
        default: return nil
        }
    }
}

extension StoredFact {
    /// Whether the transaction says already what the end of the attempt means for its task.
    fileprivate func decidesWhatFollows(fromEndOf key: AttemptKey) -> Bool {
        switch self {
        case .task(.taskFailed(key.task, _)): true
        case .task(.checkpointBlamed(let author, forEndOf: key.attempt)): author.task == key.task
        default: false
        }
    }
}
