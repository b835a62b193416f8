import Experiment

/// A task at one moment.
public struct TaskStatus: Sendable, Hashable {
    public var phase: TaskPhase
    /// How many of its epochs are stored.
    public var epochs: Int
    /// How many attempts were started, audits included.
    public var attempts: Int
    /// The worker that was given the last attempt; `nil` before the first.
    public var worker: WorkerID?

    public init(phase: TaskPhase = .waiting, epochs: Int = 0, attempts: Int = 0, worker: WorkerID? = nil) {
        self.phase = phase
        self.epochs = epochs
        self.attempts = attempts
        self.worker = worker
    }
}
