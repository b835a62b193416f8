import Experiment
import Scheduling

/// Why a run of the fleet is wrong.
struct FleetViolation: Error, CustomStringConvertible {
    let description: String
    /// Whose story shall be told.
    var task: TaskID?
}

/// The journal of a simulated coordinator, kept by other rules than the board's: it rejects whatever must not be
/// stored or sent, and knows how a sweep must end.
struct FleetModel {
    struct AttemptHistory {
        let worker: WorkerID
        var outcome: AttemptOutcome?
        /// The coordinator that runs has its worker's own word for the end: it must never be opened again.
        var isReported = false
    }

    struct TaskHistory {
        let task: SweepTask
        var records: [Int: EpochRecord] = [:]
        var attempts: [AttemptHistory] = []
        var isFailed = false

        var isComplete: Bool { records.count == task.parameters.epochs }
    }

    let failuresOfTask: Int
    private(set) var histories: [TaskHistory]
    private let places: [TaskID: Int]
    private(set) var comparisonCount = 0

    init(tasks: [SweepTask], failuresOfTask: Int) {
        self.failuresOfTask = failuresOfTask
        histories = tasks.map { TaskHistory(task: $0) }
        places = Dictionary(uniqueKeysWithValues: zip(tasks.map(\.id), 0...))
    }

    /// What a coordinator that starts now reads. It cannot know who said that an attempt was lost or cancelled.
    mutating func restore() -> [TaskBoard.RestoredTask] {
        for place in histories.indices {
            for number in histories[place].attempts.indices {
                guard [.workerLost, .cancelled].contains(histories[place].attempts[number].outcome) else { continue }
                histories[place].attempts[number].isReported = false
            }
        }
        return histories.map { history in
            var task = TaskBoard.RestoredTask(task: history.task)
            task.committedEpochs = history.records.keys.sorted()
            task.attempts = history.attempts.map { ($0.worker, $0.outcome) }
            task.isFailed = history.isFailed
            return task
        }
    }

    // MARK: What may be stored

    /// One transaction; `events` are what it answers.
    mutating func commit(_ actions: [TaskBoard.Action], answering events: [TaskBoard.Event]) throws(FleetViolation) {
        for action in actions {
            switch action {
            case .storeAttemptStarted(let key, let worker, _): try start(key, on: worker)
            case .storeAttemptReopened(let key): try reopen(key)
            case .storeRecord(let key, let record): try store(record, of: key)
            case .compareRecord(let key, let record): try compare(record, of: key)
            case .storeAttemptEnded(let key, let end): try self.end(key, end)
            case .storeTaskFailed(let task, _): try fail(task)
            default: throw FleetViolation(description: "\(action) is no durable action")
            }
        }
        for case .endArrived(let worker, let key, _) in events where attempt(key)?.worker == worker {
            histories[places[key.task]!].attempts[key.attempt.rawValue - 1].isReported = true
        }
    }

    private mutating func start(_ key: AttemptKey, on worker: WorkerID) throws(FleetViolation) {
        let history = history(of: key)
        try require(key.attempt.rawValue == history.attempts.count + 1, key, "started out of turn")
        try require(!history.attempts.contains { $0.outcome == nil }, key, "started beside another attempt")
        try require(!history.isComplete && !history.isFailed, key, "started though the task is over")
        histories[places[key.task]!].attempts.append(AttemptHistory(worker: worker))
    }

    private mutating func reopen(_ key: AttemptKey) throws(FleetViolation) {
        let history = history(of: key)
        try require(attempt(key)?.outcome != nil, key, "reopened and was not closed")
        try require(attempt(key)?.isReported == false, key, "reopened after its worker had ended it")
        try require(!history.attempts.contains { $0.outcome == nil }, key, "reopened beside another attempt")
        try require(!history.isComplete && !history.isFailed, key, "reopened though the task is over")
        histories[places[key.task]!].attempts[key.attempt.rawValue - 1].outcome = nil
    }

    private mutating func store(_ record: EpochRecord, of key: AttemptKey) throws(FleetViolation) {
        let history = history(of: key)
        try require(attempt(key) != nil, key, "stored a record of an attempt that was never started")
        try require((1...history.task.parameters.epochs).contains(record.epoch), key, "stored epoch \(record.epoch)")
        try require(history.records[record.epoch] == nil, key, "stored epoch \(record.epoch) twice")
        let expected = PretendTraining.record(of: history.task, epoch: record.epoch)
        try require(record == expected, key, "stored another record than the trainer made")
        histories[places[key.task]!].records[record.epoch] = record
    }

    private mutating func compare(_ record: EpochRecord, of key: AttemptKey) throws(FleetViolation) {
        let stored = history(of: key).records[record.epoch]
        try require(stored != nil, key, "compared epoch \(record.epoch), which is open: its record is lost")
        try require(stored == record, key, "found epoch \(record.epoch) to differ")
        comparisonCount += 1
    }

    private mutating func end(_ key: AttemptKey, _ end: AttemptEnd) throws(FleetViolation) {
        try require(attempt(key) != nil && attempt(key)!.outcome == nil, key, "ended and was not open")
        try require(
            end.outcome != .completed || history(of: key).isComplete, key, "completed before its last record")
        histories[places[key.task]!].attempts[key.attempt.rawValue - 1].outcome = end.outcome
    }

    private mutating func fail(_ task: TaskID) throws(FleetViolation) {
        let history = histories[places[task]!]
        let outcomes = history.attempts.compactMap(\.outcome)
        let failures = outcomes.count { [.error, .outOfMemory, .killed, .diverged].contains($0) }
        guard outcomes.contains(.diverged) || failures >= failuresOfTask else {
            throw FleetViolation(description: "failed after \(failures) failures", task: task)
        }
        guard !history.isFailed, !history.isComplete else {
            throw FleetViolation(description: "failed though it was over", task: task)
        }
        histories[places[task]!].isFailed = true
    }

    // MARK: What may be sent

    /// Checks one action that leaves after the transaction of `turn`, all of whose actions are given.
    func check(_ action: TaskBoard.Action, of turn: [TaskBoard.Action], isStopping: Bool) throws(FleetViolation) {
        switch action {
        case .sendAssignment(let worker, let key, let task):
            try require(task == history(of: key).task, key, "assigned another task")
            try require(attempt(key)?.worker == worker, key, "assigned to \(worker) before it was stored")
            try require(attempt(key)?.outcome == nil || turn.closes(key), key, "assigned and is closed")
        case .sendRecordStored(let worker, let key, let epoch) where !turn.rejects(key, of: worker):
            try require(history(of: key).records[epoch] != nil, key, "acknowledged epoch \(epoch), which is not stored")
        case .sendEndStored(let worker, let key) where !turn.rejects(key, of: worker):
            try require(attempt(key)?.outcome != nil, key, "acknowledged the end, which is not stored")
        case .sendStop(let worker, let key) where !isStopping && attempt(key)?.worker == worker:
            try require(attempt(key)?.outcome != nil || turn.opens(key), key, "stopped and is open")
        case .end(let ending): try check(ending, isStopping: isStopping)
        default: break
        }
    }

    private func check(_ ending: TaskBoard.Ending, isStopping: Bool) throws(FleetViolation) {
        for history in histories {
            if history.attempts.contains(where: { $0.outcome == nil }) {
                throw FleetViolation(description: "\(ending) with an open attempt", task: history.task.id)
            }
            if ending == .finished, !history.isComplete, !history.isFailed {
                throw FleetViolation(description: "finished without it", task: history.task.id)
            }
        }
        if ending == .stalled || ending == .stopped && !isStopping {
            throw FleetViolation(description: "the sweep is \(ending)")
        }
    }

    /// The first task that is neither complete nor rightly failed; each record was checked when it was stored.
    var firstUnfinished: SweepTask? {
        histories.first { !$0.isComplete && !$0.isFailed }?.task
    }

    private func history(of key: AttemptKey) -> TaskHistory { histories[places[key.task]!] }

    private func attempt(_ key: AttemptKey) -> AttemptHistory? {
        guard let place = places[key.task], histories[place].attempts.indices.contains(key.attempt.rawValue - 1) else {
            return nil
        }
        return histories[place].attempts[key.attempt.rawValue - 1]
    }

    private func require(_ holds: Bool, _ key: AttemptKey, _ wrong: String) throws(FleetViolation) {
        guard !holds else { return }
        throw FleetViolation(description: "attempt \(key.attempt.rawValue): \(wrong)", task: key.task)
    }
}

extension [TaskBoard.Action] {
    fileprivate func rejects(_ key: AttemptKey, of worker: WorkerID) -> Bool {
        contains {
            guard case .noteRejected(worker, key, _) = $0 else { return false }
            return true
        }
    }

    fileprivate func closes(_ key: AttemptKey) -> Bool {
        contains {
            guard case .storeAttemptEnded(key, _) = $0 else { return false }
            return true
        }
    }

    /// In one turn an attempt can be stopped and then adopted. After the journal was lost, a key can also be given
    /// anew to a worker that was just told to stop its namesake.
    fileprivate func opens(_ key: AttemptKey) -> Bool {
        contains {
            switch $0 {
            case .storeAttemptReopened(key), .storeAttemptStarted(key, _, _): true
            default: false
            }
        }
    }
}
