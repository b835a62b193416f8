import Experiment

/// How far a sweep is, in numbers.
public struct SweepProgress: Sendable, Hashable {
    public var tasks: TaskCounts
    /// Somebody asked that nothing new begins.
    public var isPaused: Bool
    public var epochsDone: Int
    public var epochsTotal: Int
    /// Workers that could be given a task now; of a journal, which does not know them, those that were given one.
    public var workers: Int
    /// The slots of these workers.
    public var slots: Int
    /// Epochs a second since somebody began to measure; `nil` before the first.
    public var rate: Double?
    /// Records that came out different when trained again.
    public var alarms: Int
    /// Keys whose records came out other than those of the majority.
    public var liars: [Liar] = []
    /// Finished tasks of which word stands against word, and nobody else could be asked.
    public var disputes = 0

    public init(
        tasks: TaskCounts = TaskCounts(), isPaused: Bool = false, epochsDone: Int = 0, epochsTotal: Int = 0,
        workers: Int = 0, slots: Int = 0, rate: Double? = nil, alarms: Int = 0
    ) {
        self.tasks = tasks
        self.isPaused = isPaused
        self.epochsDone = epochsDone
        self.epochsTotal = epochsTotal
        self.workers = workers
        self.slots = slots
        self.rate = rate
        self.alarms = alarms
    }

    /// Counts what is stored of a plan.
    ///
    /// - Parameter histories: one for each of the tasks, in their order.
    public init(of tasks: [SweepTask], _ histories: [TaskHistory], isPaused: Bool, alarms: Int) {
        self.init(isPaused: isPaused, alarms: alarms)
        for (task, history) in zip(tasks, histories) {
            self.tasks.add(1, to: history.phase(of: task))
            epochsDone += history.epochs.count
            epochsTotal += task.parameters.epochs
        }
    }

    /// How long the rest takes at this rate; `nil` while it cannot be told.
    public var timeLeft: Duration? {
        guard let rate, rate > 0 else { return nil }
        let seconds = Double(epochsTotal - epochsDone) / rate
        // A longer time has no place in a `Duration`, and no meaning.
        return seconds.magnitude < 1e18 ? .seconds(seconds) : nil
    }
}
