import Experiment
import Scheduling

/// Everything that a viewer needs of a running sweep at one moment: a terminal, a page, a test.
///
/// Exact, as of the turn that was just stored: phases, epochs, attempts, workers, counts and alarms. Approximate: the
/// rates and the time left, which are taken from when records came in, and a worker that was silent for a while sends
/// many at once; the silence, which is the time since a worker's last message was read; and what a worker trains, which
/// is what it was given: it may still be on its way there.
///
/// To make one costs as much as changed since the last one, and a little for each worker, whatever the plan's size:
/// the coordinator makes one every tenth of a second.
public struct SweepSnapshot: Sendable {
    public var progress: SweepProgress
    /// Since this coordinator started.
    public var elapsed: Duration
    /// The plan, in the order of the ordinals; shared, so that it costs nothing.
    public var tasks: [SweepTask]
    /// Those that changed since the last snapshot, by ordinal; all of them in a coordinator's first.
    public var changedTasks: [TaskChange]
    /// By name. A lost worker stays; one that took its leave does not.
    public var workers: [WorkerSnapshot]
    /// In the last snapshot of a coordinator; `nil` before.
    public var ending: TaskBoard.Ending?

    public init(
        progress: SweepProgress, elapsed: Duration = .zero, tasks: [SweepTask] = [], changedTasks: [TaskChange] = [],
        workers: [WorkerSnapshot] = [], ending: TaskBoard.Ending? = nil
    ) {
        self.progress = progress
        self.elapsed = elapsed
        self.tasks = tasks
        self.changedTasks = changedTasks
        self.workers = workers
        self.ending = ending
    }

    public struct TaskChange: Sendable, Hashable {
        /// The place in `tasks`.
        public var ordinal: Int
        public var view: TaskBoard.TaskView

        public init(ordinal: Int, view: TaskBoard.TaskView) {
            self.ordinal = ordinal
            self.view = view
        }
    }
}

/// A worker as a viewer sees it.
public struct WorkerSnapshot: Sendable, Hashable {
    public var id: WorkerID
    /// `nil` where the journal does not know it either.
    public var facts: HostFacts?
    public var slots: Int
    public var standing: TaskBoard.Standing
    /// Gets nothing new, on request.
    public var isDrained: Bool
    /// Epochs a second over the last records that it brought; `nil` before the first.
    public var rate: Double?
    /// The time since it was last heard of.
    public var silence: Duration
    /// What it trains, in the order of the plan, with ordinals of `SweepSnapshot.tasks`.
    public var attempts: [TaskBoard.AttemptView]

    public init(
        id: WorkerID, facts: HostFacts? = nil, slots: Int = 1, standing: TaskBoard.Standing = .live,
        isDrained: Bool = false, rate: Double? = nil, silence: Duration = .zero, attempts: [TaskBoard.AttemptView] = []
    ) {
        self.id = id
        self.facts = facts
        self.slots = slots
        self.standing = standing
        self.isDrained = isDrained
        self.rate = rate
        self.silence = silence
        self.attempts = attempts
    }
}
