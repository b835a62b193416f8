import Experiment
import Scheduling
import Status

// Rules for checkpoints.

extension FleetModel {
    /// Takes the files that a coordinator found when it started. A file that is gone without a fault is not among them.
    mutating func recordFiles(_ labels: [TaskID: CheckpointLabel]) {
        for place in histories.indices {
            var label = histories[place].isComplete ? nil : labels[histories[place].task.id]
            // Killed before it had deleted a checkpoint that nobody shall go on from.
            if let kept = label, let keeper = histories[place].keeper, keeper.isOf(kept),
                isRefused(histories[place].attempts[keeper.author.rawValue - 1], in: histories[place])
            {
                label = nil
            }
            histories[place].checkpoints = label.map { [$0] } ?? []
            histories[place].newestBeforeTurn = histories[place].newestCheckpoint
        }
    }

    mutating func recordDeletion(of label: CheckpointLabel, of task: TaskID) {
        guard let place = places[task] else { return }
        histories[place].checkpoints.removeAll { $0 == label }
        histories[place].newestBeforeTurn = min(histories[place].newestBeforeTurn, histories[place].newestCheckpoint)
    }

    /// By a fault of the disk: the coordinator learns of it when it wants to read it.
    mutating func recordLoss(of label: CheckpointLabel, of task: TaskID) {
        guard let place = places[task] else { return }
        recordDeletion(of: label, of: task)
        histories[place].hasLostCheckpoint = true
    }

    /// An attempt goes on from the newest checkpoint that is safe, and from none whose records are not.
    func checkResumePoint(_ label: CheckpointLabel?, of key: AttemptKey) throws(FleetViolation) {
        let history = history(of: key)
        let newest = history.newestBeforeTurn
        try require(label?.epoch ?? 0 >= newest, key, "begins after epoch \(label?.epoch ?? 0), not \(newest)")
        for epoch in 1..<(label?.epoch ?? 0) + 1 {
            try require(history.records[epoch] != nil, key, "resumes past epoch \(epoch), which is not stored")
        }
    }

    /// Of a key under which several came that were not what they were announced as, none is written any more. It takes
    /// as long as any.
    func checkKept(_ key: AttemptKey) throws(FleetViolation) {
        guard let attempt = attempt(key) else { return }
        try require(!refused.contains(attempt.key), key, "has its checkpoint written, after several forged ones")
    }

    /// The worker forgets a checkpoint that is settled: it must be safe, of no use, or lost to a fault of the disk.
    func checkSettled(_ key: AttemptKey, epoch: Int, answering events: [TaskBoard.Event]) throws(FleetViolation) {
        guard let place = places[key.task], !isSecond else { return }
        let history = histories[place]
        let hasFailed = events.contains {
            switch $0 {
            case .checkpointNotSaved(let given, _), .checkpointForged(let given, _): given.task == key.task
            default: false
            }
        }
        let isSafe = history.isComplete || history.checkpoints.contains { $0.epoch >= epoch }
        // What follows a record that cannot be is worth as little.
        let isWorthless =
            attempt(key).map { $0.hasSentImpossible || hasForged($0.key) || isRefused($0, in: history) } ?? true
        let isExcused = hasFailed || history.hasLostCheckpoint || isWorthless
        try require(isSafe || isExcused, key, "settled the checkpoint of epoch \(epoch), which is not safe")
    }
}
