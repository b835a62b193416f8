import Experiment
import Scheduling

/// How a sweep stands, for whoever shows it.
public struct SweepProgress: Sendable {
    public var tasks: TaskBoard.Counts
    /// By request, nothing new begins.
    public var isPaused: Bool
    public var epochsDone: Int
    public var epochsTotal: Int
    public var workers: Int
    public var slots: Int
    /// Epochs a second since this coordinator started; `nil` before the first.
    public var rate: Double?
    /// `nil` while it cannot be told.
    public var timeLeft: Duration?
    /// Records that came out different when trained again.
    public var alarms: Int

    public init(
        tasks: TaskBoard.Counts = .init(), isPaused: Bool = false, epochsDone: Int = 0, epochsTotal: Int = 0,
        workers: Int = 0, slots: Int = 0,
        rate: Double? = nil, timeLeft: Duration? = nil, alarms: Int = 0
    ) {
        self.tasks = tasks
        self.isPaused = isPaused
        self.epochsDone = epochsDone
        self.epochsTotal = epochsTotal
        self.workers = workers
        self.slots = slots
        self.rate = rate
        self.timeLeft = timeLeft
        self.alarms = alarms
    }
}
