import Experiment
import Scheduling

// Rules for keys that are worth nothing any more, and for workers that report what no trainer can have made.

extension FleetModel {
    /// Whether the record is of a task of the sweep, and no trainer can have made it.
    func isImpossible(_ record: EpochRecord, of key: AttemptKey) -> Bool {
        places[key.task].map { record.fault(in: histories[$0].task) != nil } ?? false
    }

    /// Takes the keys that were revoked before a coordinator started, which hears nothing of them.
    mutating func recordRevocations(of keys: Set<WorkerKey>) { revoked.formUnion(keys) }

    /// With the turn in which the coordinator learns it, everything that ran under a revoked key is given back.
    mutating func recordRevocations(in events: [TaskBoard.Event]) throws(FleetViolation) {
        for case .keyEnded(let key) in events {
            revoked.insert(key)
            for history in histories {
                for (index, attempt) in history.attempts.enumerated() where attempt.key == key {
                    let place = AttemptKey(task: history.task.id, attempt: Attempt(rawValue: index + 1))
                    try require(attempt.outcome != nil, place, "goes on under a key that was revoked")
                }
            }
        }
    }

    /// Keeps who sent records that cannot be. From then on the sender's attempt is over, and its key gets nothing new.
    ///
    /// For some workers only the former is certain: the board does not know a worker that it has not greeted, it
    /// forgets its distrust when a worker leaves, and the workers of the coordinator's host share a key.
    ///
    /// - Parameter greeted: before the turn.
    mutating func recordImpossibleRecords(in events: [TaskBoard.Event], greeted: Set<WorkerID>) {
        for case .received(.record(let key, let record), from: let worker) in events where isImpossible(record, of: key)
        {
            let place = places[key.task]!, number = key.attempt.rawValue - 1
            histories[place].attempts[number].isReported = true
            histories[place].attempts[number].hasSentImpossible = true
            let owner = histories[place].attempts[number].key
            guard greeted.contains(worker), !hasLeft.contains(worker), owner != .coordinatorHost else { continue }
            distrusted.insert(owner)
        }
    }

    /// That an attempt failed, only its worker says. An end without failures may turn out as one, where records miss.
    func checkBlame(_ key: AttemptKey, _ end: AttemptEnd, answering events: [TaskBoard.Event]) throws(FleetViolation) {
        guard end.outcome.isFailure else { return }
        let isSaid = events.contains {
            guard case .received(.ended(key, let said, _), _) = $0 else { return false }
            return said.outcome == end.outcome || said.outcome == .completed
        }
        try require(isSaid, key, "stored as failed (\(end.outcome)), and its worker did not say so")
    }

    mutating func fail(_ task: TaskID, answering events: [TaskBoard.Event]) throws(FleetViolation) {
        let history = histories[places[task]!]
        let isCancelled = events.contains {
            guard case .requestArrived(_, .cancel(let tasks)) = $0 else { return false }
            return tasks.contains(task)
        }
        let witnesses = history.witnesses.subtracting(condemned)
        // One word is enough only where there is nobody else.
        let isAlone = !witnesses.isEmpty && present.subtracting(condemned).isSubset(of: witnesses)
        let isDivergent = witnesses.count > 1 || isAlone
        guard isCancelled || isDivergent || history.isBeyondHope(failuresOfTask, besides: condemned) else {
            throw FleetViolation(description: "failed after \(history.failures.count) failures", task: task)
        }
        guard !history.isFailed, !history.isComplete else {
            throw FleetViolation(description: "failed though it was over", task: task)
        }
        histories[places[task]!].isFailed = true
        histories[places[task]!].isCancelled = isCancelled
    }
}
