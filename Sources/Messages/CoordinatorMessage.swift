import Experiment

/// A message of the coordinator to a worker.
public enum CoordinatorMessage: Sendable, Equatable {
    /// Answers a hello: the worker belongs to the sweep of this name, shall send a heartbeat in this interval, and a
    /// checkpoint of each attempt when the last one is older than that; 0 is after each epoch.
    case welcome(sweep: String, heartbeat: Duration, checkpointInterval: Duration)
    /// The coordinator does not know the sender, which shall say hello.
    case whoAreYou
    /// Train the task: from the checkpoint, whose bytes follow, or from the beginning.
    case assignment(AttemptKey, SweepTask, from: CheckpointLabel? = nil)
    case recordStored(AttemptKey, epoch: Int)
    case endStored(AttemptKey)
    case stop(AttemptKey)
    /// The worker cannot take part and ends.
    case refusal(reason: String)
    /// The name that the worker says is another key's; it shall call itself this, and say hello again.
    case nameTaken(useInstead: WorkerID)
    /// The coordinator leaves; the worker waits for the next one.
    case farewell
    /// The coordinator has the bytes of the worker's checkpoint before `offset`, and wants the others or, at the end,
    /// is storing it.
    case checkpointWanted(AttemptKey, epoch: Int, offset: Int)
    /// The worker's checkpoint is stored, or not wanted.
    case checkpointSettled(AttemptKey, epoch: Int)
    /// Answers a request.
    case checkpointPiece(AttemptKey, CheckpointPiece)
    /// Answers a request for a checkpoint that is gone: the attempt goes on from this one, or from the beginning.
    case resumePoint(AttemptKey, CheckpointLabel?)
    /// Answers a heartbeat that has this number, after everything that came before it.
    case heartbeatHeard(number: Int)
}
