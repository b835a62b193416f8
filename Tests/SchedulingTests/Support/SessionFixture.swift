import Experiment
import Messages
import Scheduling
import Simulation

/// A worker's session, and short words for what happens to it.
struct SessionFixture {
    var session: WorkerSession
    let tasks = (0..<6).map { PretendTraining.task($0, epochs: 3) }

    /// - Parameter isUp: connected and welcomed at second 0.
    init(slots: Int = 1, isUp: Bool = true) {
        session = WorkerSession(slots: slots, facts: BoardFixture.facts, now: .seconds(0))
        guard isUp else { return }
        _ = handle(.connected, at: 0)
        _ = order(.welcome(heartbeat: .seconds(2)), at: 0)
    }

    func key(_ task: Int, _ attempt: Int = 1) -> AttemptKey {
        AttemptKey(task: tasks[task].id, attempt: Attempt(rawValue: attempt))
    }

    func record(_ task: Int, _ epoch: Int) -> EpochRecord { PretendTraining.record(of: tasks[task], epoch: epoch) }

    mutating func handle(_ event: WorkerSession.Event, at seconds: Double = 0) -> [WorkerAction] {
        let actions = session.handle(event, at: .seconds(seconds))
        session.checkInvariants()
        return actions
    }

    @discardableResult
    mutating func order(_ order: CoordinatorMessage, at seconds: Double = 0) -> [WorkerAction] {
        handle(.received(order), at: seconds)
    }

    @discardableResult
    mutating func assign(_ task: Int, _ attempt: Int = 1, at seconds: Double = 0) -> [WorkerAction] {
        order(.assignment(key(task, attempt), tasks[task]), at: seconds)
    }

    @discardableResult
    mutating func report(_ task: Int, epoch: Int, at seconds: Double = 0) -> [WorkerAction] {
        handle(.trainerReported(key(task), record(task, epoch)), at: seconds)
    }

    @discardableResult
    mutating func trainerEnds(
        _ task: Int, _ outcome: AttemptOutcome = .completed, at seconds: Double = 0
    ) -> [WorkerAction] {
        handle(.trainerEnded(key(task), BoardFixture.end(outcome)), at: seconds)
    }

    @discardableResult
    mutating func stored(_ task: Int, epoch: Int, at seconds: Double = 0) -> [WorkerAction] {
        order(.recordStored(key(task), epoch: epoch), at: seconds)
    }

    // MARK: Actions

    func hello(running: [AttemptKey]) -> WorkerMessage {
        .hello(slots: session.slots, facts: BoardFixture.facts, running: running)
    }

    func starts(_ task: Int, slot: Int) -> WorkerAction {
        .startTrainer(TrainerStart(key: key(task), task: tasks[task], slot: slot))
    }

    func sends(_ task: Int, epoch: Int) -> WorkerAction { .send(.record(key(task), record(task, epoch))) }

    static let preempted = AttemptEnd(outcome: .preempted, reason: "the worker was stopped", seconds: 0)
    static let cancelled = AttemptEnd(outcome: .cancelled, reason: "taken back by the coordinator", seconds: 0)

    /// An end of a trainer that had run.
    static func after3Seconds(_ end: AttemptEnd) -> AttemptEnd {
        AttemptEnd(outcome: end.outcome, reason: end.reason, seconds: 3)
    }
}

extension CoordinatorMessage {
    static func welcome(heartbeat: Duration, checkpointInterval: Duration = .seconds(60)) -> Self {
        .welcome(sweep: BoardFixture.sweep, heartbeat: heartbeat, checkpointInterval: checkpointInterval)
    }
}
