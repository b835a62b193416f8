import Experiment

/// A trainer that is to be started.
public struct TrainerStart: Sendable, Equatable {
    public let key: AttemptKey
    public let task: SweepTask
    public let slot: Int
    /// Where it goes on; `nil` for the first epoch.
    public let checkpoint: CheckpointContent?

    public init(key: AttemptKey, task: SweepTask, slot: Int, checkpoint: CheckpointContent? = nil) {
        self.key = key
        self.task = task
        self.slot = slot
        self.checkpoint = checkpoint
    }
}
