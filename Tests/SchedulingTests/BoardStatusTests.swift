import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

/// Whoever reads the journal and whoever asks the board must be told the same of each task.
struct BoardStatusTests {
    @Test(arguments: 0..<200)
    func `a board that is restored from a history stands where the history says`(seed: UInt64) {
        var lot = SeededRandom(seed: seed)
        let tasks = (0..<20).map { PretendTraining.task($0, epochs: 3) }
        let restored = tasks.map { TaskBoard.RestoredTask(task: $0, history: randomHistory(&lot)) }
        let board = TaskBoard(sweep: BoardFixture.sweep, tasks: restored, policy: randomPolicy(&lot), now: .seconds(0))
        board.checkInvariants()
        for (ordinal, task) in restored.enumerated() {
            #expect(board.status(ofTask: ordinal) == task.history.status(of: task.task), "\(task.history)")
        }
        let progress = SweepProgress(of: tasks, restored.map(\.history), isPaused: false, alarms: 0)
        #expect(board.counts == progress.tasks)
    }

    @Test(arguments: 0..<100)
    func `at every moment of a sweep the histories say what the board says`(seed: UInt64) {
        var lot = SeededRandom(seed: seed)
        var sweep = StoredSweep(policy: randomPolicy(&lot))
        var phases: Set<String> = []
        for _ in 0..<400 {
            sweep.step(&lot)
            for ordinal in sweep.tasks.indices {
                let (board, stored) = (sweep.board.status(ofTask: ordinal), sweep.status(ofTask: ordinal))
                guard board == stored else {
                    Issue.record("seed \(seed), task \(ordinal): \(board) on the board, \(stored) stored")
                    return
                }
                phases.insert(board.phase.word)
            }
        }
        #expect(phases.count >= 3, "a sweep in which nothing happens shows nothing: \(phases)")
    }

    private func randomPolicy(_ lot: inout SeededRandom) -> TaskBoard.Policy {
        var policy = TaskBoard.Policy()
        policy.auditShare = [0, 0.5, 1].randomElement(using: &lot)!
        policy.workersMayJoin = true
        return policy
    }

    /// As a coordinator may have left it. Only the last attempt can be without an end.
    private func randomHistory(_ lot: inout SeededRandom) -> TaskHistory {
        let workers: [WorkerID] = ["a", "b", "c"]
        let attempts = (0..<Int.random(in: 0...4, using: &lot)).map { _ in
            TaskHistory.Execution(
                worker: workers.randomElement(using: &lot)!, outcome: AttemptOutcome.allCases.randomElement(using: &lot)
            )
        }
        var history = TaskHistory(attempts: attempts)
        guard !attempts.isEmpty else { return history }
        if Bool.random(using: &lot) { history.attempts[attempts.count - 1].outcome = nil }
        history.lastProgress = Int.random(in: 0...attempts.count, using: &lot)
        if history.lastProgress > 0 { history.epochs = (1...3).filter { _ in Int.random(in: 0..<4, using: &lot) > 0 } }
        if Int.random(in: 0..<4, using: &lot) == 0 { history.failure = .hopeless(reason: "because") }
        return history
    }
}

/// A board to which anything may happen, restarts among it, and what is stored of it.
private struct StoredSweep {
    let tasks: [SweepTask]
    private(set) var board: TaskBoard
    private var histories: [TaskHistory]
    private let policy: TaskBoard.Policy
    private var seconds = 0.0
    private var requestCount = 0

    init(policy: TaskBoard.Policy) {
        tasks = (0..<6).map { PretendTraining.task($0, epochs: 3) }
        histories = tasks.map { _ in TaskHistory() }
        self.policy = policy
        board = TaskBoard(
            sweep: BoardFixture.sweep, tasks: tasks.map { .init(task: $0) }, policy: policy, now: .seconds(0))
    }

    func status(ofTask ordinal: Int) -> TaskStatus { histories[ordinal].status(of: tasks[ordinal]) }

    mutating func step(_ lot: inout SeededRandom) {
        seconds += [0, 0.1, 1, 25].randomElement(using: &lot)!
        if Int.random(in: 0..<40, using: &lot) == 0 {
            let restored = zip(tasks, histories).map { TaskBoard.RestoredTask(task: $0, history: $1) }
            board = TaskBoard(sweep: BoardFixture.sweep, tasks: restored, policy: policy, now: .seconds(seconds))
        } else {
            board.handle(randomEvent(&lot), at: .seconds(seconds)).compactMap(\.fact).forEach { store($0) }
        }
        board.checkInvariants()
    }

    private mutating func store(_ fact: TaskFact) {
        func change(_ task: TaskID, _ body: (inout TaskHistory) -> Void) { body(&histories[board.ordinal(of: task)!]) }
        switch fact {
        case .attemptStarted(let key, let worker, _):
            change(key.task) { $0.attempts.append(.init(worker: worker)) }
        case .attemptReopened(let key): change(key.task) { $0.attempts[key.attempt.rawValue - 1].outcome = nil }
        case .attemptEnded(let key, let end):
            change(key.task) { $0.attempts[key.attempt.rawValue - 1].outcome = end.outcome }
        case .recordCommitted(let key, let record):
            change(key.task) { history in
                history.epochs = (history.epochs + [record.epoch]).sorted()
                history.lastProgress = max(history.lastProgress, key.attempt.rawValue)
            }
        case .taskFailed(let task, let failure): change(task) { $0.failure = failure }
        case .taskReopened(let task): change(task) { $0.failure = nil }
        case .attemptResumed(let key, let origin):
            change(key.task) { $0.attempts[key.attempt.rawValue - 1].origin = origin }
        case .checkpointBlamed(let key, let victim):
            change(key.task) { $0.attempts[victim.rawValue - 1].isExcused = true }
            change(key.task) { $0.attempts[key.attempt.rawValue - 1].hasBlamedCheckpoint = true }
        // Nothing that a status shows.
        case .checkpointKept, .recordsReplaced, .keyJudged: break
        }
    }

    // MARK: What happens

    private mutating func randomEvent(_ lot: inout SeededRandom) -> TaskBoard.Event {
        let worker = (["a", "b", "c"] as [WorkerID]).randomElement(using: &lot)!
        let given = givenAttempts(of: worker)
        let running = given.filter { _ in Bool.random(using: &lot) }
        switch Int.random(in: 0..<20, using: &lot) {
        case 0...2: return .received(.hello(slots: 2, facts: BoardFixture.facts, running: running), from: worker)
        case 3...4: return .received(.heartbeat(running: running), from: worker)
        case 5: return .workerVanished(worker)
        case 6: return .received(.goodbye, from: worker)
        case 7: return .timePassed
        case 8...9: return randomRequest(worker, &lot)
        default:
            guard let key = given.randomElement(using: &lot) else { return .timePassed }
            return randomReport(of: key, by: worker, &lot)
        }
    }

    private func randomReport(
        of key: AttemptKey, by worker: WorkerID, _ lot: inout SeededRandom
    ) -> TaskBoard.Event {
        if Int.random(in: 0..<4, using: &lot) == 0 {
            let outcome = AttemptOutcome.allCases.filter { $0 != .unfit }.randomElement(using: &lot)!
            return .received(.ended(key, BoardFixture.end(outcome)), from: worker)
        }
        let record = PretendTraining.record(
            of: tasks[board.ordinal(of: key.task)!], epoch: Int.random(in: 1...3, using: &lot))
        return .received(.record(key, record), from: worker)
    }

    private mutating func randomRequest(_ worker: WorkerID, _ lot: inout SeededRandom) -> TaskBoard.Event {
        requestCount += 1
        let task = tasks.randomElement(using: &lot)!.id
        let requests: [SweepRequest] = [
            .pause, .resume, .resume, .drain(worker), .restore(worker), .cancel([task]), .retry([]), .audit(task),
        ]
        return .requestArrived(RequestID(rawValue: requestCount), requests.randomElement(using: &lot)!)
    }

    /// All that it was given, ended ones among them: messages come late.
    private func givenAttempts(of worker: WorkerID) -> [AttemptKey] {
        zip(tasks, histories).flatMap { task, history in
            zip(1..., history.attempts).filter { $1.worker == worker }
                .map { AttemptKey(task: task.id, attempt: Attempt(rawValue: $0.0)) }
        }
    }
}
