import Experiment
import Status

/// What a report says of a run besides its tables: out of the journal, which this module does not know.
public struct RunFacts: Sendable {
    public var name: String
    /// As submitted.
    public var sweepFile: String
    public var data: DataSetName
    /// By them, and the seed, tasks are told apart.
    public var axes: [Hyperparameter]
    public var progress: SweepProgress
    /// In the order of dispatch.
    public var tasks: [SweepTask]
    /// How each of the tasks stands.
    public var statuses: [TaskStatus]
    /// Who said hello to the sweep at any time.
    public var workers: [JoinedWorker]

    public init(
        name: String, sweepFile: String, data: DataSetName, axes: [Hyperparameter], progress: SweepProgress,
        tasks: [SweepTask], statuses: [TaskStatus], workers: [JoinedWorker]
    ) {
        self.name = name
        self.sweepFile = sweepFile
        self.data = data
        self.axes = axes
        self.progress = progress
        self.tasks = tasks
        self.statuses = statuses
        self.workers = workers
    }

    /// The task's values on the axes, and its seed.
    func summary(of task: SweepTask) -> String { TaskNames(axes: axes).name(task) }
}
