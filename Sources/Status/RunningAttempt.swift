import Experiment

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
