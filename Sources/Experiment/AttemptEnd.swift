/// How an attempt ended.
public enum AttemptOutcome: String, CaseIterable, Sendable, Hashable {
    /// Every epoch was trained and reported.
    case completed
    /// The trainer reported an error, or ended without one.
    case error
    /// The kernel or the allocator refused memory.
    case outOfMemory = "out-of-memory"
    /// A signal from outside ended the trainer.
    case killed
    /// The worker was not heard of for longer than its lease.
    case workerLost = "worker-lost"
    /// The host cannot run tasks: images are missing or others, processes cannot be made. Says nothing of the task.
    case unfit
    /// The coordinator took the task back.
    case cancelled
    /// A loss was not finite. That is the same on every host, so once a second key says it there is no other attempt.
    case diverged
    /// The host took its cores back; the task goes on elsewhere.
    case preempted
}

extension AttemptOutcome {
    /// Whether it counts against the pair of task and worker.
    public var isFailure: Bool {
        switch self {
        case .error, .outOfMemory, .killed, .diverged: true
        case .completed, .workerLost, .cancelled, .preempted, .unfit: false
        }
    }
}

/// What a worker says of an attempt that is over.
public struct AttemptEnd: Sendable, Hashable {
    public var outcome: AttemptOutcome
    /// One line for people; empty for an attempt that trained every epoch.
    public var reason: String
    /// From the trainer's start to its end.
    public var seconds: Double

    public init(outcome: AttemptOutcome, reason: String, seconds: Double) {
        self.outcome = outcome
        self.reason = reason
        self.seconds = seconds
    }

    /// How many Unicode scalars of a reason are kept: whoever gives tasks back must not fill the disk with why.
    package static let reasonLimit = 500

    /// The end with as much of its reason as is kept.
    package var bounded: Self {
        Self(outcome: outcome, reason: singleLine(reason, limit: Self.reasonLimit), seconds: seconds)
    }

    /// The reason as a line of a log or a terminal has it.
    package var shortReason: String { singleLine(reason, limit: 200) }
}
