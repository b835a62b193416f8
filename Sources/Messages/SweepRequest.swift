import Experiment

/// A request of people to a running sweep.
public enum SweepRequest: Sendable, Hashable {
    /// Begin nothing more; what runs goes on.
    case pause
    /// Ends a pause.
    case resume
    /// Give the worker nothing more, and let others go on with what it trains.
    case drain(WorkerID)
    /// Ends a drain.
    case restore(WorkerID)
    /// Give these tasks up, or, without any, all that are not over.
    case cancel([TaskID])
    /// Give these failed or cancelled tasks another chance, or, without any, all.
    case retry([TaskID])
    /// Train a finished task a second time and compare its records.
    case audit(TaskID)
    /// Believe nothing any more that came under this key: train it again elsewhere, and compare. Who asks for it, and
    /// why.
    case forget(WorkerKey, reason: String)
}

/// The answer to a request.
public enum SweepAnswer: Sendable, Hashable {
    /// It holds from now on, for so many tasks or workers, or 1 for the sweep as a whole; 0 where it held before.
    case done(count: Int)
    /// Nothing has changed.
    case refused(reason: String)
}

extension SweepAnswer {
    /// Why a task cannot be trained again, to be compared: it has not all of its records yet.
    public static func reasonOfUnfinished(_ task: TaskID) -> String {
        "task \(task) is not finished, so there is nothing to compare with yet"
    }
}

/// Ties an answer to its request.
public struct RequestID: Sendable, Hashable {
    public var rawValue: Int

    public init(rawValue: Int) {
        self.rawValue = rawValue
    }
}
