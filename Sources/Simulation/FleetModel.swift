import Experiment
import Messages
import Scheduling
import Status

/// The journal of a simulated coordinator, kept by other rules than the board's: it rejects whatever must not be
/// stored or sent, and knows how a sweep must end.
struct FleetModel {
    let failuresOfTask: Int
    var histories: [ExpectedHistory]
    let places: [TaskID: Int]
    private(set) var comparisonCount = 0
    /// The events that the transaction answers, until its comparisons are made.
    private var answered: [TaskBoard.Event] = []
    /// Places of tasks whose newest checkpoint the next turn can build on.
    private var freshlySaved: Set<Int> = []

    /// Workers may still report what an earlier run directory had.
    let isSecond: Bool
    /// Finished tasks may be trained again.
    let policy: TaskBoard.Policy
    /// Finished tasks that somebody asked to be trained again.
    private var wantedAgain: Set<TaskID> = []
    /// Whether a pause was asked for and granted, by this coordinator, before the turn.
    var isPaused = false
    var drained: Set<WorkerID> = []
    /// Drained at some time: what they run may be stopped.
    var everDrained: Set<WorkerID> = []
    /// Said goodbye at some time.
    var hasLeft: Set<WorkerID> = []
    /// Workers that have not come back since their goodbye. What their attempts still come to says nothing of the
    /// worker that will come back under the name.
    var away: Set<WorkerID> = []
    /// Audits that were asked for and granted, and have not begun.
    var owedAudits: Set<TaskID> = []
    /// Different tasks that failed under a key since the last that did not.
    var failedTasks: [WorkerKey: Set<TaskID>] = [:]
    /// Keys that have sent anything wrong; of these, those that were named; those that others confirmed at some time;
    /// and those that are believed no more.
    var liars: Set<WorkerKey> = []
    var named: Set<WorkerKey> = []
    var vouched: Set<WorkerKey> = []
    var condemned: Set<WorkerKey> = []
    /// The attempt that ended last, and whether it was the first failure of its task under its key.
    var lastEnded: (key: AttemptKey, isNewFailure: Bool)?
    /// Keys with too many failed tasks, before the turn.
    private var quarantined: Set<WorkerKey> = []
    /// Keys under which records came that cannot be, before the turn.
    var distrusted: Set<WorkerKey> = []
    /// How many checkpoints of other bytes than announced have come under each key.
    private var forgeryCounts: [WorkerKey: Int] = [:]
    /// Keys under which too many of them had come before the turn.
    private(set) var refused: Set<WorkerKey> = []
    /// Keys that are worth nothing any more, before the turn.
    var revoked: Set<WorkerKey> = []
    /// Of the workers that took tasks all through the turn, or were there before the coordinator and may come back.
    var present: Set<WorkerKey> = []
    /// Whether it knows whose turn a finished task is.
    var drawsLots = false
    /// Those of `present` that took tasks.
    var takers: Set<WorkerKey> = []
    /// Workers that said hello to this coordinator.
    var greeted: Set<WorkerID> = []
    /// Whose each name is; whoever gets an attempt has spoken.
    private var keys: [WorkerID: WorkerKey] = [:]

    init(tasks: [SweepTask], policy: TaskBoard.Policy, isSecond: Bool = false) {
        failuresOfTask = policy.failuresOfTask
        self.policy = policy
        self.isSecond = isSecond
        histories = tasks.map { ExpectedHistory(task: $0) }
        places = Dictionary(uniqueKeysWithValues: zip(tasks.map(\.id), 0...))
    }

    /// A coordinator that starts cannot know who said that an attempt was lost or cancelled.
    mutating func forgetCoordinator() {
        isPaused = false
        drained = []
        everDrained = []
        hasLeft = []
        away = []
        owedAudits = []
        failedTasks = [:]
        quarantined = []
        distrusted = []
        forgeryCounts = [:]
        refused = []
        greeted = []
        for place in histories.indices {
            histories[place].rivals = nil
            for number in histories[place].attempts.indices {
                guard [.workerLost, .cancelled].contains(histories[place].attempts[number].outcome) else { continue }
                histories[place].attempts[number].isReported = false
            }
        }
    }

    /// The journal must give back what was stored.
    func check(_ restored: [TaskBoard.RestoredTask]) throws(FleetViolation) {
        for (history, task) in zip(histories, restored) {
            let isSame =
                task.task == history.task && task.history.epochs == history.records.keys.sorted()
                && (task.history.failure != nil) == history.isFailed
                && task.history.lastProgress == history.lastProgress
                && task.history.attempts.map(\.worker) == history.attempts.map(\.worker)
                && task.history.attempts.map(\.outcome) == history.attempts.map(\.outcome)
                && isRemembered(history, as: task.history)
            guard isSame else {
                throw FleetViolation(description: "the journal gives back another history", task: history.task.id)
            }
        }
    }

    /// Whether so many checkpoints of other bytes than announced have come under the key that none is taken any more.
    func hasForged(_ key: WorkerKey) -> Bool { forgeryCounts[key, default: 0] >= TaskBoard.forgeryLimit }

    func lastAttempt(of task: TaskID) -> Attempt? {
        places[task].flatMap { histories[$0].attempts.isEmpty ? nil : Attempt(rawValue: histories[$0].attempts.count) }
    }

    func isStored(_ task: TaskID, epoch: Int) -> Bool { histories[places[task]!].records[epoch] != nil }

    mutating func countStrike(on task: TaskID) { histories[places[task]!].struckCount += 1 }

    // MARK: What may be stored

    /// Stores a transaction; `events` are what it answers.
    mutating func commit(_ facts: [StoredFact], answering events: [TaskBoard.Event]) throws(FleetViolation) {
        // A message of an attempt that was not begun yet is rejected, though the turn may begin its namesake.
        answered = events.filter { isOfStartedAttempt($0) }
        refused = Set(forgeryCounts.keys.filter(hasForged))
        let greetedBefore = greeted
        for case .requestArrived(_, .audit(let task)) in events { wantedAgain.insert(task) }
        for case .nameBound(let worker, let key) in facts { try bind(worker, to: key) }
        for case .received(let message, from: let worker) in events { recordPresence(of: worker, saying: message) }
        for case .task(.attemptStarted(let key, let worker, _)) in facts {
            try checkPermitted(key, on: worker, answering: events)
        }
        for case .task(let fact) in facts { try store(fact, answering: events) }
        try recordRevocations(in: events)
        recordImpossibleRecords(in: answered, greeted: greetedBefore)
        quarantined.formUnion(failedTasks.filter { $0.value.count >= policy.failuresOfWorker }.keys)
        followRivals()
        for place in freshlySaved { histories[place].newestBeforeTurn = histories[place].newestCheckpoint }
        freshlySaved = []
    }

    private mutating func bind(_ worker: WorkerID, to key: WorkerKey) throws(FleetViolation) {
        guard !worker.isLocal || key == .coordinatorHost else {
            throw FleetViolation(description: "the name \(worker) of this host is given to another key")
        }
        guard keys.updateValue(key, forKey: worker) == nil else {
            throw FleetViolation(description: "the name \(worker) is given to a second key")
        }
    }

    private mutating func store(
        _ fact: TaskFact, answering events: [TaskBoard.Event]
    ) throws(FleetViolation) {
        switch fact {
        case .attemptStarted(let key, let worker, _): try start(key, on: worker)
        case .attemptReopened(let key): try reopen(key)
        case .recordCommitted(let key, let record): try store(record, of: key)
        case .attemptEnded(let key, let end):
            try checkBlame(key, end, answering: events)
            try self.end(key, end)
        case .taskFailed(let task, _): try fail(task, answering: events)
        case .taskReopened(let task): try reopen(task)
        case .attemptResumed, .checkpointKept, .checkpointBlamed, .recordsReplaced, .keyJudged: try believe(fact)
        }
    }

    /// The turn is stored and compared: what its events said must have come to something.
    mutating func checkAnswered() throws(FleetViolation) {
        for event in answered { try check(event) }
        answered = []
    }

    private func isOfStartedAttempt(_ event: TaskBoard.Event) -> Bool {
        switch event {
        case .received(.ended(let key, _, _), from: let worker), .received(.record(let key, _), from: let worker):
            attempt(key)?.worker == worker
        default: true
        }
    }

    /// Checks that what a worker said has come to something.
    private mutating func check(_ event: TaskBoard.Event) throws(FleetViolation) {
        switch event {
        case .received(.ended(let key, let end, _), from: let worker) where attempt(key)?.worker == worker:
            let isWhole =
                end.outcome != .completed || history(of: key).isComplete || isSecond
                || condemned.contains(attempt(key)!.key) || attempt(key)!.hasSentImpossible
            try require(isWhole, key, "its trainer completed, and records are missing")
            histories[places[key.task]!].attempts[key.attempt.rawValue - 1].isReported = true
        case .received(.record(let key, let record), from: let worker) where attempt(key)?.worker == worker:
            if isImpossible(record, of: key) {
                return try require(attempt(key)!.outcome != nil, key, "goes on after a record that cannot be")
            }
            let stored = history(of: key).records[record.epoch]
            // In a second run directory it may have been rejected, and its attempt's namesake begun since.
            guard stored != record, !isSecond, !condemned.contains(attempt(key)!.key) else { return }
            let place = [key.attempt.rawValue, record.epoch]
            try require(history(of: key).alarms.contains(place), key, "other bits raised no alarm")
        case .checkpointSaved(let key, let label):
            guard let place = places[key.task], !histories[place].isComplete else { return }
            histories[place].checkpoints.append(label)
            freshlySaved.insert(place)
        case .checkpointForged(let key, _):
            if let owner = attempt(key)?.key { forgeryCounts[owner, default: 0] += 1 }
        // A worker that comes back after a goodbye counts as another one.
        case .received(.goodbye, from: let worker):
            drained.remove(worker)
            forgetFailures(of: worker)
        case .workerVanished(let worker): forgetFailures(of: worker)
        case .checkpointUnreadable(let task, let label):
            guard let place = places[task], histories[place].checkpoints.contains(label),
                !histories[place].hasLostCheckpoint
            else { return }
            let text = "the checkpoint of epoch \(label.epoch) was deleted too early"
            throw FleetViolation(description: text, task: task)
        default: break
        }
    }

    private mutating func forgetFailures(of worker: WorkerID) {
        guard let key = keys[worker] else { return }
        failedTasks[key] = nil
        quarantined.remove(key)
        distrusted.remove(key)
    }

    private mutating func start(_ key: AttemptKey, on worker: WorkerID) throws(FleetViolation) {
        let history = history(of: key)
        try require(key.attempt.rawValue == history.attempts.count + 1, key, "started out of turn")
        try require(!history.attempts.contains { $0.outcome == nil }, key, "started beside another attempt")
        let mayBeDone =
            policy.auditShare > 0 || wantedAgain.contains(key.task) || !policy.trustsCheckpoints || !condemned.isEmpty
            || !history.alarms.isEmpty
        try require(mayBeDone || !history.isComplete, key, "started though the task is done")
        // A late record may have completed a failed task, which is then audited like any other.
        try require(!history.isFailed || history.isComplete, key, "started though the task is failed")
        let witnesses = history.witnesses.subtracting(condemned)
        try require(witnesses.count < 2 || history.isReopened, key, "started after it had diverged twice")
        try require(keys[worker] != nil, key, "started on \(worker), whose name is nobody's")
        let owner = keys[worker]!
        try require(!condemned.contains(owner), key, "started on \(worker), whose key is believed no more")
        try require(!quarantined.contains(owner), key, "started on \(worker), which failed several tasks in a row")
        try require(!distrusted.contains(owner), key, "started on \(worker), which sent a record that cannot be")
        try require(!revoked.contains(owner), key, "started on \(worker), whose key was revoked")
        if history.isComplete {
            try checkLot(of: key, owner)
            owedAudits.remove(key.task)
        }
        histories[places[key.task]!].attempts.append(AttemptHistory(worker: worker, key: owner))
    }

    private mutating func reopen(_ key: AttemptKey) throws(FleetViolation) {
        let history = history(of: key)
        try require(attempt(key)?.outcome != nil, key, "reopened and was not closed")
        try require(attempt(key)?.isReported == false, key, "reopened after its worker had ended it")
        try require(!revoked.contains(attempt(key)!.key), key, "reopened under a key that was revoked")
        try require(!history.attempts.contains { $0.outcome == nil }, key, "reopened beside another attempt")
        try require(!history.isComplete && !history.isFailed, key, "reopened though the task is over")
        histories[places[key.task]!].attempts[key.attempt.rawValue - 1].outcome = nil
    }

    private mutating func store(_ record: EpochRecord, of key: AttemptKey) throws(FleetViolation) {
        let history = history(of: key)
        try require(attempt(key) != nil, key, "stored a record of an attempt that was never started")
        try require((1...history.task.parameters.epochs).contains(record.epoch), key, "stored epoch \(record.epoch)")
        try require(history.records[record.epoch] == nil, key, "stored epoch \(record.epoch) twice")
        try require(!revoked.contains(attempt(key)!.key), key, "stored a record of a key that was revoked")
        let expected = PretendTraining.record(of: history.task, epoch: record.epoch)
        let place = places[key.task]!, cell = [key.attempt.rawValue, record.epoch]
        let isForged = liars.count > 0 && history.wrongBits.contains(cell)
        try require(record == expected || isForged, key, "stored another record than the trainer made")
        histories[place].records[record.epoch] = record
        histories[place].authors[record.epoch] = key.attempt
        histories[place].delivered[cell] = record
        histories[place].lastProgress = max(histories[place].lastProgress, key.attempt.rawValue)
        failedTasks[attempt(key)!.key] = nil
    }

    mutating func compare(_ comparison: RecordComparison) throws(FleetViolation) {
        let key = comparison.attempt, epoch = comparison.record.epoch
        let stored = history(of: key).records[epoch]
        try require(stored != nil, key, "compared epoch \(epoch), which is open: its record is lost")
        histories[places[key.task]!].delivered[[key.attempt.rawValue, epoch]] = comparison.record
        comparisonCount += 1
    }

    private mutating func end(_ key: AttemptKey, _ end: AttemptEnd) throws(FleetViolation) {
        try require(attempt(key) != nil && attempt(key)!.outcome == nil, key, "ended and was not open")
        try require(
            end.outcome != .completed || history(of: key).isComplete, key, "completed before its last record")
        histories[places[key.task]!].attempts[key.attempt.rawValue - 1].outcome = end.outcome
        let worker = attempt(key)!.worker, owner = attempt(key)!.key
        lastEnded = (key, failedTasks[owner]?.contains(key.task) != true)
        switch end.outcome {
        case .error, .outOfMemory, .killed:
            if !away.contains(worker) { failedTasks[owner, default: []].insert(key.task) }
        case .completed: failedTasks[owner] = nil
        default: break
        }
    }

    private mutating func reopen(_ task: TaskID) throws(FleetViolation) {
        let history = histories[places[task]!]
        guard history.isFailed, !history.isComplete else {
            throw FleetViolation(description: "given another chance, and was not failed", task: task)
        }
        histories[places[task]!].isFailed = false
        histories[places[task]!].isReopened = true
    }

    // MARK: What may be sent

    /// Checks what a worker is told after the transaction of `turn`, all of whose actions are given.
    func check(
        _ message: CoordinatorMessage, to worker: WorkerID, of turn: [TaskBoard.Action], isStopping: Bool
    ) throws(FleetViolation) {
        switch message {
        case .assignment(let key, let task, let label):
            let isSendable = label.map { $0.byteCount <= FleetPlan.checkpointByteLimit } ?? true
            try require(isSendable, key, "is to go on from a checkpoint that is too large to be sent")
            if turn.starts(key) { try checkResumePoint(label, of: key) }
            try require(task == history(of: key).task, key, "assigned another task")
            try require(attempt(key)?.worker == worker, key, "assigned to \(worker) before it was stored")
            try require(attempt(key)?.outcome == nil || turn.closes(key), key, "assigned and is closed")
        case .recordStored(let key, let epoch) where !turn.rejects(key, of: worker):
            try require(history(of: key).records[epoch] != nil, key, "acknowledged epoch \(epoch), which is not stored")
        case .endStored(let key) where !turn.rejects(key, of: worker):
            try require(attempt(key)?.outcome != nil, key, "acknowledged the end, which is not stored")
        case .stop(let key) where !isStopping && attempt(key)?.worker == worker:
            let isRight = attempt(key)?.outcome != nil || turn.opens(key) || everDrained.contains(worker)
            try require(isRight, key, "stopped and is open")
        default: break
        }
    }

    func history(of key: AttemptKey) -> ExpectedHistory { histories[places[key.task]!] }

    func attempt(_ key: AttemptKey) -> AttemptHistory? {
        guard let place = places[key.task], histories[place].attempts.indices.contains(key.attempt.rawValue - 1) else {
            return nil
        }
        return histories[place].attempts[key.attempt.rawValue - 1]
    }

    func require(_ holds: Bool, _ key: AttemptKey, _ wrong: String) throws(FleetViolation) {
        guard !holds else { return }
        throw FleetViolation(description: "attempt \(key.attempt.rawValue): \(wrong)", task: key.task)
    }
}
