import Experiment
import Messages
import Scheduling
import Simulation
import Testing

extension Instant {
    static func seconds(_ seconds: Double) -> Self { Instant(sinceOrigin: .seconds(seconds)) }
}

extension WorkerID: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) {
        self.init(rawValue: text)!
    }
}

/// A board with the tasks 0, 1, … of two epochs each, and short words for what happens to it.
struct BoardFixture {
    var board: TaskBoard
    let tasks: [SweepTask]
    /// What a journal would hold; empty for a board that was restored.
    private(set) var stored: [TaskID: [Int: EpochRecord]] = [:]
    static let sweep = "pretend"
    static let facts = HostFacts(host: "h", processor: "p", cores: 4, kernels: "avx2", build: "1")

    init(
        taskCount: Int, epochs: Int = 2, standings: KeyStandings = KeyStandings(),
        policy: TaskBoard.Policy = TaskBoard.Policy()
    ) {
        tasks = (0..<taskCount).map { PretendTraining.task($0, epochs: epochs) }
        board = TaskBoard(
            sweep: Self.sweep, tasks: tasks.map { .init(task: $0) }, standings: standings, policy: policy,
            now: .seconds(0))
    }

    /// A restored board.
    init(_ restored: [TaskBoard.RestoredTask], policy: TaskBoard.Policy = TaskBoard.Policy()) {
        tasks = restored.map(\.task)
        board = TaskBoard(sweep: Self.sweep, tasks: restored, policy: policy, now: .seconds(0))
    }

    func key(_ task: Int, _ attempt: Int = 1) -> AttemptKey {
        AttemptKey(task: tasks[task].id, attempt: Attempt(rawValue: attempt))
    }

    func record(_ task: Int, _ epoch: Int) -> EpochRecord { PretendTraining.record(of: tasks[task], epoch: epoch) }

    // MARK: Events

    mutating func handle(_ event: TaskBoard.Event, at seconds: Double) -> [TaskBoard.Action] {
        let actions = board.handle(event, at: .seconds(seconds)) + board.endIfDone()
        board.checkInvariants()
        for case .store(.recordCommitted(let key, let record)) in actions {
            stored[key.task, default: [:]][record.epoch] = record
        }
        return actions
    }

    @discardableResult
    mutating func hello(
        _ worker: WorkerID, slots: Int = 1, running: [AttemptKey] = [], at seconds: Double = 0
    ) -> [TaskBoard.Action] {
        handle(.received(.hello(slots: slots, facts: Self.facts, running: running), from: worker), at: seconds)
    }

    @discardableResult
    mutating func heartbeat(_ worker: WorkerID, running: [AttemptKey] = [], at seconds: Double) -> [TaskBoard.Action] {
        handle(.received(.heartbeat(running: running), from: worker), at: seconds)
    }

    @discardableResult
    mutating func report(
        _ worker: WorkerID, _ key: AttemptKey, _ record: EpochRecord, at seconds: Double = 0
    ) -> [TaskBoard.Action] {
        handle(.received(.record(key, record), from: worker), at: seconds)
    }

    /// Both records of a task.
    mutating func reportAll(_ worker: WorkerID, task: Int, attempt: Int = 1, at seconds: Double = 0) {
        for epoch in 1...tasks[task].parameters.epochs {
            report(worker, key(task, attempt), record(task, epoch), at: seconds)
        }
    }

    /// Every record of a task again, in an audit: compared, and what came of it is stored.
    ///
    /// - Parameter wrong: epochs whose record comes out other, each with the same other bits.
    mutating func reportAgain(
        _ worker: WorkerID, task: Int, attempt: Int, wrong: Set<Int> = [], at seconds: Double = 0
    ) {
        let key = key(task, attempt)
        for epoch in 1...tasks[task].parameters.epochs {
            let record = wrong.contains(epoch) ? wrongRecord(task, epoch) : record(task, epoch)
            report(worker, key, record, at: seconds)
            let difference = record == stored[key.task]?[epoch] ? nil : record.digest
            _ = handle(.recordCompared(.init(attempt: key, epoch: epoch, difference: difference)), at: seconds)
        }
    }

    func wrongRecord(_ task: Int, _ epoch: Int) -> EpochRecord {
        PretendTraining.wrongRecord(of: tasks[task], epoch: epoch)
    }

    @discardableResult
    mutating func end(
        _ worker: WorkerID, _ key: AttemptKey, _ outcome: AttemptOutcome = .completed, at seconds: Double = 0
    ) -> [TaskBoard.Action] {
        handle(.received(.ended(key, Self.end(outcome)), from: worker), at: seconds)
    }

    static func end(_ outcome: AttemptOutcome) -> AttemptEnd {
        AttemptEnd(outcome: outcome, reason: outcome == .completed ? "" : "because", seconds: 3)
    }

    // MARK: Actions

    /// By the default policy.
    static let welcome = CoordinatorMessage.welcome(heartbeat: .seconds(2))

    /// What a dispatch of the task's attempt looks like.
    func dispatch(_ task: Int, _ attempt: Int = 1, to worker: WorkerID) -> [TaskBoard.Action] {
        let key = key(task, attempt)
        return [.store(.attemptStarted(key, worker, Self.facts)), .send(.assignment(key, tasks[task]), to: worker)]
    }

    func closed(_ key: AttemptKey, _ outcome: AttemptOutcome, _ reason: String) -> TaskBoard.Action {
        .store(.attemptEnded(key, AttemptEnd(outcome: outcome, reason: reason, seconds: 0)))
    }
}
