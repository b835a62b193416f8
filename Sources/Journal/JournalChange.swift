import Experiment
import Foundation
import Status

/// A fact to be stored. Several make a transaction: `Journal.commit`.
///
/// A coordinator's `StoredFact` becomes one of these, and they differ: here are dates, which the cores do not know;
/// settings, which no decision depends on; and an end as a journal may hold it, without seconds or a reason. A command
/// that changes a directory without a coordinator has no board and writes these alone.
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
    /// A second execution of a finished task delivered the bits of the committed record. The same one again changes
    /// nothing.
    case recordConfirmed(AttemptKey, epoch: Int)
    /// Every record of the task is this attempt's from now on, whose other ones were stored before as differing.
    case recordsReplaced(by: AttemptKey, reason: String, at: Date)
    /// An attempt goes on from a checkpoint; `nil` for the first epoch.
    case attemptResumed(AttemptKey, from: CheckpointOrigin?)
    /// Whose the checkpoint is that is on the disk.
    case checkpointKept(AttemptKey, CheckpointLabel)
    /// A trainer died right after it had taken over a checkpoint of this attempt.
    case checkpointBlamed(AttemptKey, forEndOf: Attempt)
    /// What was found out of a key.
    case keyJudged(KeyJudgement, at: Date)
    /// No further attempt will be made.
    case taskFailed(TaskID, TaskFailure)
    /// A failed task may be tried again.
    case taskReopened(TaskID)
    /// A name belongs to this key from now on. It cannot be another one's.
    case nameBound(WorkerID, to: WorkerKey, at: Date)
    /// A worker said hello.
    case workerSeen(WorkerID, facts: HostFacts, slots: Int, at: Date)
    /// `nil` removes the setting.
    case settingChanged(Setting, to: String?)
}
