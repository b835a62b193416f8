import Experiment
import Scheduling

extension TaskBoard.RestoredTask {
    /// A task with what the journal knows of it.
    ///
    /// - Parameter checkpoint: the newest that is on the disk.
    public init(_ task: SweepTask, _ history: TaskHistory, checkpoint: CheckpointLabel?) {
        self.init(task: task)
        self.checkpoint = checkpoint
        committedEpochs = history.epochs
        attempts = history.attempts.map { ($0.worker, $0.end?.outcome) }
        isFailed = history.failure != nil
        lastProgress = history.lastProgress
    }
}
