import Experiment
import Status

/// A fact of a turn, which is to be stored before anything of the turn leaves.
///
/// A fact has no date, since the core has no clock: the journal gives it one, and its own words, when it stores it.
public enum StoredFact: Sendable, Equatable {
    /// The board decided it.
    case task(TaskFact)
    /// A worker's name belongs to this key from now on.
    case nameBound(WorkerID, to: WorkerKey)
    /// A worker said hello to this coordinator for the first time, or with other facts than before.
    case workerSeen(JoinedWorker)
    /// By request, nothing new begins from now on, or tasks are given out again.
    case pauseChanged(isPaused: Bool)
    /// A second execution gave other bits than the stored record.
    case recordDiffered(RecordComparison)
    /// An execution gave the bits of the stored record, which is another one's.
    case recordConfirmed(RecordComparison)
}
