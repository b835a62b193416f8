import Experiment
import Status

/// Everything that leaves after a turn that is stored, and everything that the turn did, for those who watch.
public struct Deliveries<Connection: WorkerConnection>: Sendable {
    /// To be carried out in this order. In the turn that ends the sweep, the last ones let every worker go.
    public let steps: [Delivery<Connection>]
    /// To be carried out after the steps: a worker that cannot be started must not keep what others sent from them.
    public let localWorker: [LocalWorkerKeeper.Action]
    /// Everything that the board did.
    public let actions: [TaskBoard.Action]
    /// Workers that said hello to this coordinator for the first time, or with other facts than before.
    public let joinedWorkers: [JoinedWorker]
    /// Second executions that gave other bits.
    public internal(set) var differences: [RecordComparison] = []
    /// What came of comparisons, for the core: `CoordinatorCore.learn`.
    public internal(set) var compared: [ComparedRecord] = []
    /// With it the coordinator's work is over.
    public let ending: SweepEnding?

    init(
        steps: [Delivery<Connection>], localWorker: [LocalWorkerKeeper.Action], actions: [TaskBoard.Action],
        joinedWorkers: [JoinedWorker], ending: SweepEnding?
    ) {
        self.steps = steps
        self.localWorker = localWorker
        self.actions = actions
        self.joinedWorkers = joinedWorkers
        self.ending = ending
    }
}
