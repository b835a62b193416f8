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
    /// The attempts that it trains, in the order of the plan.
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
