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

    public var task: TaskID {
        switch self {
        case .attemptStarted(let key, _, _), .attemptReopened(let key), .recordCommitted(let key, _),
            .attemptEnded(let key, _):
            key.task
        case .taskFailed(let task, _), .taskReopened(let task): task
        }
    }
}
