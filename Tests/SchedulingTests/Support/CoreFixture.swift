import Experiment
import Messages
import Scheduling
import Simulation

/// A connection of a test.
struct PretendConnection: WorkerConnection, CustomStringConvertible {
    let number: Int
    let key: WorkerKey

    init(_ number: Int, key: String) {
        self.number = number
        self.key = WorkerKey(ofPublicKey: key.utf8)
    }

    var description: String { "\(number) with the key \(key)" }
}

/// A coordinator's core with the tasks 0, 1, … of two epochs each, and short words for what happens to it.
struct CoreFixture {
    typealias Core = CoordinatorCore<PretendConnection>

    var core: Core
    let tasks: [SweepTask]
    var journal = PretendJournal()

    init(
        taskCount: Int = 1, keeper: LocalWorkerKeeper = LocalWorkerKeeper(isWanted: false),
        localKey: WorkerKey? = nil, pastLocalWorkers: [WorkerID] = [], listeningKey: String? = nil,
        policy: TaskBoard.Policy = TaskBoard.Policy()
    ) {
        let tasks = (0..<taskCount).map { PretendTraining.task($0, epochs: 2) }
        self.init(
            tasks.map { .init(task: $0) }, keeper: keeper, localKey: localKey, pastLocalWorkers: pastLocalWorkers,
            listeningKey: listeningKey, policy: policy)
    }

    /// A restored core.
    init(
        _ restored: [TaskBoard.RestoredTask], keys: [WorkerID: WorkerKey] = [:],
        keeper: LocalWorkerKeeper = LocalWorkerKeeper(isWanted: false), localKey: WorkerKey? = nil,
        pastLocalWorkers: [WorkerID] = [], listeningKey: String? = nil, policy: TaskBoard.Policy = TaskBoard.Policy()
    ) {
        tasks = restored.map(\.task)
        let board = TaskBoard(
            sweep: BoardFixture.sweep, tasks: restored, keys: keys, policy: policy, now: .seconds(0))
        core = Core(
            board: board, keeper: keeper, localKey: localKey, pastLocalWorkers: pastLocalWorkers,
            listeningKey: listeningKey)
    }

    func key(_ task: Int, _ attempt: Int = 1) -> AttemptKey {
        AttemptKey(task: tasks[task].id, attempt: Attempt(rawValue: attempt))
    }

    func record(_ task: Int, _ epoch: Int) -> EpochRecord { PretendTraining.record(of: tasks[task], epoch: epoch) }

    /// The only connection of a worker that has its own key.
    static func connection(_ worker: WorkerID) -> PretendConnection {
        PretendConnection(worker.rawValue.utf8.reduce(0) { 256 * $0 + Int($1) }, key: worker.rawValue)
    }

    // MARK: Turns

    /// A turn that is not stored yet.
    mutating func turn(
        _ events: [Core.Event], at seconds: Double = 0, isMoreWaiting: Bool = false
    ) -> Turn<PretendConnection> {
        for event in events {
            core.take(event, at: .seconds(seconds))
            core.checkInvariants()
        }
        defer { core.checkInvariants() }
        return core.finishTurn(at: .seconds(seconds), isMoreWaiting: isMoreWaiting)
    }

    /// A turn that is stored.
    @discardableResult
    mutating func stored(
        _ events: [Core.Event], at seconds: Double = 0, isMoreWaiting: Bool = false
    ) -> Deliveries<PretendConnection> {
        let deliveries = journal.carryOut(turn(events, at: seconds, isMoreWaiting: isMoreWaiting))
        core.learn(deliveries.compared, at: .seconds(seconds))
        return deliveries
    }

    // MARK: Events

    static func hello(
        _ worker: WorkerID, slots: Int = 1, facts: HostFacts = BoardFixture.facts,
        over connection: PretendConnection? = nil
    ) -> Core.Event {
        .messageArrived(
            .hello(slots: slots, facts: facts, running: []), from: worker, over: connection ?? Self.connection(worker))
    }

    static func heartbeat(_ worker: WorkerID, running: [AttemptKey] = []) -> Core.Event {
        .messageArrived(.heartbeat(running: running), from: worker, over: connection(worker))
    }

    static func record(_ worker: WorkerID, _ key: AttemptKey, _ record: EpochRecord) -> Core.Event {
        .messageArrived(.record(key, record), from: worker, over: connection(worker))
    }

    static func end(_ worker: WorkerID, _ key: AttemptKey, _ outcome: AttemptOutcome = .completed) -> Core.Event {
        .messageArrived(.ended(key, BoardFixture.end(outcome)), from: worker, over: connection(worker))
    }

    static func request(_ request: SweepRequest, id: Int = 1) -> Core.Event {
        .occurred(.requestArrived(RequestID(rawValue: id), request))
    }

    // MARK: What leaves

    static func send(_ message: CoordinatorMessage, to worker: WorkerID) -> Delivery<PretendConnection> {
        .send(message, to: connection(worker))
    }

    func assign(_ task: Int, _ attempt: Int = 1, to worker: WorkerID) -> Delivery<PretendConnection> {
        Self.send(.assignment(key(task, attempt), tasks[task]), to: worker)
    }
}
