import Experiment

/// A worker at one moment.
public struct WorkerStatus: Sendable, Hashable {
    public var id: WorkerID
    /// `nil` where nobody told.
    public var facts: HostFacts?
    public var slots: Int
    public var standing: WorkerStanding
    /// Gets nothing new, on request.
    public var isDrained: Bool
    /// Epochs a second over the last records that it brought; `nil` before the first.
    public var rate: Double?
    /// The time since it was last heard of.
    public var silence: Duration
    /// What it trains, in the order of the plan.
    public var attempts: [RunningAttempt]

    public init(
        id: WorkerID, facts: HostFacts? = nil, slots: Int = 1, standing: WorkerStanding = .live,
        isDrained: Bool = false, rate: Double? = nil, silence: Duration = .zero, attempts: [RunningAttempt] = []
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

    /// Whether it is given tasks when it has room.
    public var takesTasks: Bool { standing.takesTasks(isDrained: isDrained) }
}

/// What a coordinator thinks of a worker.
public enum WorkerStanding: String, Sendable, Hashable {
    /// Known from the journal; has not spoken to this coordinator yet.
    case expected
    case live
    /// Said goodbye: finishes what it has, hands the states over, gets nothing new.
    case leaving
    /// Failed different tasks in a row: finishes what it has, gets nothing new.
    case quarantined
    /// Was not heard of for a lease. A hello or a heartbeat brings it back.
    case lost

    /// Whether a worker of this standing is given tasks when it has room.
    public func takesTasks(isDrained: Bool) -> Bool { self == .live && !isDrained }
}

/// An execution that a worker was given and has not ended.
public struct RunningAttempt: Sendable, Hashable {
    /// The task's place in the plan.
    public var ordinal: Int
    public var attempt: Attempt
    /// Trains a finished task again.
    public var isAudit: Bool

    public init(ordinal: Int, attempt: Attempt, isAudit: Bool = false) {
        self.ordinal = ordinal
        self.attempt = attempt
        self.isAudit = isAudit
    }
}
