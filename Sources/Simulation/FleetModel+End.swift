import Experiment
import Scheduling
import Status

// What has to hold when a sweep ends, and of all that is stored then.

extension FleetModel {
    func check(_ ending: SweepEnding, isStopping: Bool) throws(FleetViolation) {
        for history in histories {
            if history.attempts.contains(where: { $0.outcome == nil }) {
                throw FleetViolation(description: "\(ending) with an open attempt", task: history.task.id)
            }
            if ending == .finished, !history.isComplete, !history.isFailed {
                throw FleetViolation(description: "finished without it", task: history.task.id)
            }
        }
        if ending == .finished, !isStopping { try checkAudits() }
        if ending == .stalled || ending == .stopped && !isStopping {
            throw FleetViolation(description: "the sweep is \(ending)")
        }
    }

    /// All that the real journal holds in the end equals what an undisturbed run would have stored.
    ///
    /// - Parameter open: tasks of which word stands against word.
    func checkEnd(
        _ stored: [TaskID: [EpochRecord]], disagreements: Int, open: [TaskID] = [], isStopping: Bool = false
    ) throws(FleetViolation) {
        try checkDisputes(open, isStopping: isStopping)
        try checkLiarsNamed(open)
        try checkFalseWitnesses()
        for history in histories where !open.contains(history.task.id) {
            // Of a task that is given up nothing can be compared from its first epoch to its last.
            if history.isFailed, !history.isComplete, !liars.isEmpty { continue }
            let records = stored[history.task.id] ?? []
            let expected =
                history.isComplete ? Array(1...history.task.parameters.epochs) : history.records.keys.sorted()
            let isRight = records == expected.map { PretendTraining.record(of: history.task, epoch: $0) }
            guard isRight || mayHideLie(history) else {
                throw FleetViolation(description: "the journal holds other records", task: history.task.id)
            }
            let isRightlyFailed =
                !history.isFailed || history.isCancelled || history.struckCount >= failuresOfTask || isSecond
                || PretendTraining.divergence(of: history.task) != nil || !liars.isEmpty
            guard isRightlyFailed else {
                let text = "failed, and was struck \(history.struckCount) times"
                throw FleetViolation(description: text, task: history.task.id)
            }
        }
        let alarms = histories.reduce(0) { $0 + $1.alarms.count }
        guard alarms == disagreements else {
            throw FleetViolation(description: "\(disagreements) alarms are stored, not \(alarms)")
        }
    }

    /// The first task that is neither complete nor rightly failed; each record was checked when it was stored.
    var firstUnfinished: SweepTask? {
        histories.first { !$0.isComplete && !$0.isFailed }?.task
    }

    /// When the sweep has ended by itself: every audit was tried until one came to its end, or three keys had failed it
    /// three times each, or all that were there.
    func checkAudits() throws(FleetViolation) {
        if let task = owedAudits.first {
            throw FleetViolation(description: "asked to be trained again, and never was", task: task)
        }
        // What replaced other records was an audit itself, and those that failed before it count.
        for history in histories where history.isComplete && policy.audits(history.task.id) && !history.isReplaced {
            let audits = history.attempts.dropFirst(history.lastProgress)
            let counts = Dictionary(grouping: audits.filter { $0.outcome != .completed }, by: \.key).mapValues(\.count)
            let exhausted = Set(counts.filter { $0.value >= 3 }.keys), makers = history.makers
            let isTried =
                audits.contains { $0.outcome == .completed } || exhausted.subtracting(makers).count >= 3
                || audits.count >= 3 && takers.isSubset(of: exhausted.union(makers))
            guard isTried || history.isTrainedTwice else {
                throw FleetViolation(description: "chosen for an audit, and not audited", task: history.task.id)
            }
        }
    }

    /// Whoever said that a task diverges which two honest keys have trained to its end is believed no more.
    func checkFalseWitnesses() throws(FleetViolation) {
        for history in histories where history.isComplete {
            guard history.honestKeys.subtracting(condemned).count > 1,
                let witness = history.witnesses.subtracting(condemned).first
            else { continue }
            throw FleetViolation(
                description: "\(witness) said that it diverges, and is believed", task: history.task.id)
        }
    }

    /// Two honest executions from the beginning decide any dispute, and so does one of the coordinator's own host where
    /// nobody stops the sweep.
    func checkDisputes(_ open: [TaskID], isStopping: Bool) throws(FleetViolation) {
        for task in open {
            let history = histories[places[task]!]
            let keys = history.honestKeys.subtracting(condemned)
            guard keys.count < 2, isStopping || !keys.contains(.coordinatorHost) else {
                throw FleetViolation(description: "honest keys agree, and the dispute is open", task: task)
            }
        }
    }

    /// Whether an attempt went on from a state of a liar that was right in another task, so that it was vouched for,
    /// and no audit finds it.
    func mayHideLie(_ history: ExpectedHistory) -> Bool {
        let believed = liars.intersection(vouched)
        guard !believed.isEmpty, !policy.audits(history.task.id) else { return false }
        return history.attempts.contains { !history.keysBehind($0).isDisjoint(with: believed) }
    }

    /// Whoever lied from the first epoch on in a task that nobody else had begun, or in an audit, is named.
    func checkLiarsNamed(_ open: [TaskID]) throws(FleetViolation) {
        for history in histories where history.isComplete && !open.contains(history.task.id) {
            for (cell, record) in history.delivered where policy.audits(history.task.id) {
                let attempt = history.attempts[cell[0] - 1]
                // With somebody else's state behind it, two could have spoiled it.
                guard cell[0] == 1 || cell[0] > history.lastProgress, attempt.origin == nil,
                    attempt.outcome == .completed, liars.contains(attempt.key),
                    record != PretendTraining.record(of: history.task, epoch: cell[1]),
                    !named.contains(attempt.key), history.alarms.contains(cell)
                else { continue }
                throw FleetViolation(description: "\(attempt.key) lied, and is not named", task: history.task.id)
            }
        }
    }
}
