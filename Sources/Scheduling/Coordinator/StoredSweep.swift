import Experiment
import Status

/// Everything that a coordinator finds when it starts: what its journal knows of the sweep, and the checkpoints.
public struct StoredSweep: Sendable {
    public var name: String
    /// In the order of the plan.
    public var tasks: [TaskBoard.RestoredTask]
    /// Whose each name is.
    public var keys: [WorkerID: WorkerKey]
    /// What was found out of keys, in the order in which it was stored.
    public var judgements: [KeyJudgement]
    /// Those that have said hello to an earlier coordinator, in the order of their names.
    public var workers: [WorkerID]

    public init(
        name: String, tasks: [TaskBoard.RestoredTask] = [], keys: [WorkerID: WorkerKey] = [:],
        judgements: [KeyJudgement] = [], workers: [WorkerID] = []
    ) {
        self.name = name
        self.tasks = tasks
        self.keys = keys
        self.judgements = judgements
        self.workers = workers
    }

    /// Leaves checkpoints out that no worker could be sent. Their files are worth nothing.
    ///
    /// - Returns: those that were left out, in the order of the plan.
    public mutating func removeCheckpoints(largerThan byteCount: Int) -> [(task: TaskID, label: CheckpointLabel)] {
        var removed: [(task: TaskID, label: CheckpointLabel)] = []
        for place in tasks.indices {
            guard let label = tasks[place].checkpoint, label.byteCount > byteCount else { continue }
            tasks[place].checkpoint = nil
            removed.append((tasks[place].task.id, label))
        }
        return removed
    }
}

extension TaskBoard {
    /// The board of a sweep that goes on from what is stored.
    ///
    /// - Parameter trusted: keys of hosts that are the owner's own.
    package init(restoring stored: StoredSweep, trusted: Set<WorkerKey>, policy: Policy, at now: Instant) {
        self.init(
            sweep: stored.name, tasks: stored.tasks, keys: stored.keys, pastWorkers: stored.workers,
            standings: KeyStandings(trusted: trusted, judgements: stored.judgements), policy: policy, now: now)
    }
}

extension CoordinatorCore {
    /// The core of a coordinator that starts.
    ///
    /// - Parameters:
    ///   - localKey: of the workers that coordinators start on their own host, which are trusted; nobody else may have
    ///     such a name. `nil` where there are none.
    ///   - wantsLocalWorker: whether one shall train on this host.
    ///   - listeningKey: with which workers of other hosts are listened to; `nil` where none are.
    public init(
        restoring stored: StoredSweep, localKey: WorkerKey?, wantsLocalWorker: Bool, listeningKey: String?,
        policy: TaskBoard.Policy, at now: Instant
    ) {
        self.init(
            board: TaskBoard(restoring: stored, trusted: localKey.map { [$0] } ?? [], policy: policy, at: now),
            keeper: LocalWorkerKeeper(
                isWanted: wantsLocalWorker,
                policy: .init(lease: policy.lease, othersMayJoin: policy.workersMayJoin)),
            localKey: localKey, pastLocalWorkers: stored.workers.filter(\.isLocal), listeningKey: listeningKey)
    }
}
