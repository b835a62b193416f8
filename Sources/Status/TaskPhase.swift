import Experiment

/// Where a task stands: for the board that decides, and for everybody who shows or counts tasks.
///
/// It is concluded from a journal's history in one place, `TaskHistory.phase(of:)`. From there on the board
/// moves its tasks from phase to phase, and stores each move, so that the history says the same at every moment.
public enum TaskPhase: Sendable, Hashable {
    /// Nobody trains it now; epochs may be stored of earlier attempts.
    case waiting
    /// An attempt has begun and was not seen to end.
    case running(Attempt)
    /// Every record is stored. It stays so while it is audited.
    case done
    /// No further attempt is made, unless somebody asks for one.
    case failed(TaskFailure)

    /// The word that people, programs and style sheets read.
    public var word: String {
        switch self {
        case .waiting: "waiting"
        case .running: "running"
        case .done: "done"
        case .failed: "failed"
        }
    }

    /// Whether the sweep still has to train it.
    public var isUnfinished: Bool {
        switch self {
        case .waiting, .running: true
        case .done, .failed: false
        }
    }

    /// Why no further attempt is made; `nil` unless the task failed.
    public var failure: TaskFailure? {
        guard case .failed(let failure) = self else { return nil }
        return failure
    }
}
