import Experiment
import Journal
import Results
import Scheduling

/// How a coordinator ended.
public struct SweepOutcome: Sendable {
    public var ending: TaskBoard.Ending
    /// Tasks neither done nor failed.
    public var unfinishedCount: Int
    /// Why each failed task failed, in the order of the plan.
    public var failures: [(task: SweepTask, reason: String)]
    /// Second executions that gave other bits.
    public var disagreementCount: Int
    /// Finished tasks that were to be trained a second time, and those of them that were, to their end.
    public var audits: (wanted: Int, done: Int)
    public var sweep: Sweep
    /// By point.
    public var finals: [FinalAggregate] = []

    package init(
        ending: TaskBoard.Ending, state: JournalState, report: JournalReport, policy: TaskBoard.Policy
    ) throws {
        self.ending = ending
        sweep = report.sweep
        disagreementCount = state.disagreementCount
        let tasks = zip(state.plan.tasks, state.histories)
        let wanted = tasks.filter { policy.audits($0.id) && $1.epochs.count == $0.parameters.epochs }
        audits = (wanted.count, wanted.count { $1.isAudited })
        let unfinished = tasks.filter { $1.epochs.count < $0.parameters.epochs }
        failures = unfinished.compactMap { task, history in history.failure.map { (task, $0) } }
        unfinishedCount = unfinished.count - failures.count
        try report.forEachFinalAggregate { finals.append($0) }
    }
}
