import Experiment

/// A message of a worker to the coordinator.
public enum WorkerMessage: Sendable, Equatable {
    /// The first message of a connection; the answer is a welcome. `running` are the attempts that the worker goes on
    /// with.
    case hello(slots: Int, facts: HostFacts, running: [AttemptKey])
    /// With a number, the coordinator answers it.
    case heartbeat(running: [AttemptKey], number: Int? = nil)
    case record(AttemptKey, EpochRecord)
    /// The trainer's last state follows where there is one that the coordinator lacks.
    case ended(AttemptKey, AttemptEnd, state: CheckpointLabel? = nil)
    /// The worker takes nothing new; its attempts still end one by one.
    case goodbye
    /// Some of a trainer's state after an epoch.
    case checkpointPiece(AttemptKey, CheckpointPiece)
    /// The attempt is to resume from the checkpoint of `epoch`: the worker wants its bytes from `offset`, at most
    /// `limit` of them, or as many as a piece may have.
    case checkpointRequest(AttemptKey, epoch: Int, offset: Int, limit: Int? = nil)
}
