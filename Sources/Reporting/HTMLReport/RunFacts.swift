import Experiment
import Status

/// What a report says of a run besides its tables: the sweep as it stands, and what no picture of a running sweep has,
/// which is what it was submitted as, and who took part at any time.
public struct RunFacts: Sendable {
    public var name: String
    /// As submitted.
    public var sweepFile: String
    public var data: DataSetName
    /// By them, and the seed, tasks are told apart.
    public var axes: [Hyperparameter]
    /// A first one, which has the status of every task.
    public var snapshot: SweepSnapshot
    /// Who said hello to the sweep at any time. The snapshot's workers are those that train now.
    public var workers: [JoinedWorker]

    public init(
        name: String, sweepFile: String, data: DataSetName, axes: [Hyperparameter], snapshot: SweepSnapshot,
        workers: [JoinedWorker]
    ) {
        self.name = name
        self.sweepFile = sweepFile
        self.data = data
        self.axes = axes
        self.snapshot = snapshot
        self.workers = workers
    }

    /// The task's values on the axes, and its seed.
    func summary(of task: SweepTask) -> String { TaskNames(axes: axes).name(task) }
}
