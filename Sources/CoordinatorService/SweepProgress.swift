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

/// Something worth a line.
public enum SweepNotice: Sendable {
    case resumed(epochsStored: Int, epochsTotal: Int)
    case listening(endpoint: String)
    case epochStored(SweepTask, EpochRecord, by: WorkerID)
    case taskFailed(SweepTask, reason: String)
    /// It is tried again, unless a line says otherwise.
    case attemptEndedEarly(SweepTask, AttemptEnd, on: WorkerID)
    case workerJoined(WorkerID, HostFacts, slots: Int)
    case workerLost(WorkerID, reason: String)
    case workerQuarantined(WorkerID)
    /// The worker of this host keeps ending; the sweep goes on with the others.
    case localWorkerGivenUp(String)
    /// A second execution gave other bits than the stored record: an alarm.
    case recordDiffered(SweepTask, epoch: Int, by: Attempt)
    /// Nothing is dispatched until what is at fault is mended; everything stored is safe.
    case storageFailed(String)
    case storageWorksAgain
    /// The tables cannot be written; the journal is well. They are tried again.
    case tablesFailed(String)
    /// Somebody asked for it in another terminal; of so many tasks or workers.
    case requestGranted(TaskBoard.Request, count: Int)
    case stopping
}

/// Shows a sweep to a person: a terminal, a page, a test. Called on the coordinator's thread; must not block.
public protocol SweepObserver: Sendable {
    /// Each snapshot goes on from the one before: see `SweepSnapshot.changedTasks`.
    func show(_ snapshot: SweepSnapshot)
    func tell(_ notice: SweepNotice)
}
