import Experiment

/// One fact of a turn that is to be stored before anything of the turn leaves.
public enum StoredFact: Sendable, Equatable {
    /// One of the actions that `isStored`.
    case board(TaskBoard.Action)
    /// A worker's name belongs to this key from now on.
    case nameBound(WorkerID, to: KeyDigest)
    /// A worker said hello to this coordinator for the first time, or with other facts than before.
    case workerSeen(WorkerID, HostFacts, slots: Int)
    /// By request, nothing new begins from now on, or tasks are given out again.
    case pauseChanged(isPaused: Bool)
    /// A second execution gave other bits than the stored record.
    case recordDiffered(RecordComparison)
}
