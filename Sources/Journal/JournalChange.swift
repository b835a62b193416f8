import Experiment
import Foundation

/// One fact to be stored. Several make a transaction: `Journal.commit`.
public enum JournalChange: Sendable, Equatable {
    /// A worker was given a task. Stored before the assignment is sent, so a restarted coordinator knows of it.
    case attemptStarted(AttemptKey, worker: WorkerID, facts: HostFacts, at: Date)
    /// An attempt that had ended, its worker being lost, goes on after all.
    case attemptReopened(AttemptKey)
    /// The first record of a (task, epoch). Stored before it is acknowledged.
    case recordCommitted(EpochRecord, by: AttemptKey)
    /// Ends an open attempt.
    case attemptEnded(AttemptKey, StoredEnd)
    /// A second execution delivered other bits than the committed ones. The same one again changes nothing.
    case recordDiffered(EpochRecord, by: AttemptKey, at: Date)
    /// No further attempt will be made.
    case taskFailed(TaskID, reason: String)
    /// A failed task may be tried again.
    case taskReopened(TaskID)
    /// A worker said hello.
    case workerSeen(WorkerID, facts: HostFacts, slots: Int, at: Date)
    /// `nil` removes the setting.
    case settingChanged(Setting, to: String?)
}
