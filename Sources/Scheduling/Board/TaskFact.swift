import Experiment
import Status

/// A fact of a task that is to be stored: what a restarted coordinator goes on from.
public enum TaskFact: Sendable, Equatable {
    case attemptStarted(AttemptKey, WorkerID, HostFacts)
    /// The attempt had been given up and goes on after all.
    case attemptReopened(AttemptKey)
    /// The first record of an epoch.
    case recordCommitted(AttemptKey, EpochRecord)
    case attemptEnded(AttemptKey, AttemptEnd)
    case taskFailed(TaskID, TaskFailure)
    /// A failed task gets another chance.
    case taskReopened(TaskID)
    /// The attempt goes on from a checkpoint; without one, it begins at the first epoch after all.
    case attemptResumed(AttemptKey, from: CheckpointOrigin?)
    /// The checkpoint on the disk is this attempt's.
    case checkpointKept(AttemptKey, CheckpointLabel)
    /// A trainer of the task died right after it had taken over a checkpoint of the attempt: the checkpoint is to
    /// blame, and no further one of that attempt's key is taken.
    case checkpointBlamed(AttemptKey, forEndOf: Attempt)
    /// The stored records of the task are wrong. Those of this attempt, a complete second execution, take their place.
    case recordsReplaced(by: AttemptKey, reason: String)
    /// Of a key, for the sweep as a whole.
    case keyJudged(KeyJudgement)

    /// The task that it changes; `nil` for a fact of the sweep as a whole.
    public var task: TaskID? {
        switch self {
        case .attemptStarted(let key, _, _), .attemptReopened(let key), .recordCommitted(let key, _),
            .attemptEnded(let key, _), .attemptResumed(let key, _), .checkpointKept(let key, _),
            .checkpointBlamed(let key, _), .recordsReplaced(let key, _):
            key.task
        case .taskFailed(let task, _), .taskReopened(let task): task
        case .keyJudged: nil
        }
    }
}
