import Experiment

/// Everything that a viewer needs of a sweep at one moment: a terminal, a page, a report, a test.
///
/// A running coordinator makes a row of them, each of which goes on from the one before; a journal makes one, which has
/// everything and knows of a worker only what it was given.
///
/// Exact, as of the turn that was just stored: phases, epochs, attempts, workers, counts and alarms. Approximate: the
/// rates and the time left, which are taken from when records came in, and a worker that was silent for a while sends
/// many at once; the silence, which is the time since a worker's last message was read; and what a worker trains, which
/// is what it was given: it may still be on its way there.
public struct SweepSnapshot: Sendable {
    public var progress: SweepProgress
    /// Since this coordinator started.
    public var elapsed: Duration
    /// The plan, in the order of the ordinals; shared, so that it costs nothing.
    public var tasks: [SweepTask]
    /// The tasks that changed since the last snapshot, by ordinal; a first snapshot has all of them.
    public var changedTasks: [TaskChange]
    /// Sorted by name. A lost worker stays; a worker that took its leave does not.
    public var workers: [WorkerStatus]
    /// In the last snapshot of a coordinator; `nil` before.
    public var ending: SweepEnding?

    public init(
        progress: SweepProgress, elapsed: Duration = .zero, tasks: [SweepTask] = [], changedTasks: [TaskChange] = [],
        workers: [WorkerStatus] = [], ending: SweepEnding? = nil
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
        public var status: TaskStatus

        public init(ordinal: Int, status: TaskStatus) {
            self.ordinal = ordinal
            self.status = status
        }
    }
}
