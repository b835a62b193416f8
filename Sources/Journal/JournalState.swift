import Experiment
import Status

/// Everything that a restarted coordinator needs, as of one instant.
public struct JournalState: Sendable, Equatable {
    public var plan: StoredPlan
    /// One for each task of the plan, in its order.
    public var histories: [TaskHistory]
    /// Sorted by name.
    public var workers: [SeenWorker]
    /// Whose each name is. Of names that only older versions heard nothing is known.
    public var keys: [WorkerID: WorkerKey]
    /// What was found out of keys, in the order in which it was stored.
    public var judgements: [KeyJudgement]
    public var settings: [Setting: String]
    /// Second executions whose record differed from the committed one.
    public var disagreementCount: Int
}
