import Experiment
import Journal
import Results
import Scheduling
import Status

/// The outcome of a sweep, as the command that ran it tells it: why the sweep ended, how far it came, and its results.
///
/// All of it is read from the journal and not from the last snapshot: after a fault of the journal the board is ahead
/// of what is stored.
public struct SweepOutcome: Sendable {
    public var ending: SweepEnding
    public var progress: SweepProgress
    /// Why each failed task failed, in the order of the plan.
    public var failures: [(task: SweepTask, failure: TaskFailure)]
    /// Finished tasks that were to be trained a second time, and those of them that were, to their end.
    public var audits: (wanted: Int, done: Int)
    public var sweep: Sweep
    /// By point.
    public var finals: [FinalAggregate] = []

    /// - Throws: what reading the report's records throws: a `JournalError`.
    package init(
        ending: SweepEnding, state: JournalState, report: JournalReport, policy: TaskBoard.Policy
    ) throws {
        self.ending = ending
        sweep = report.sweep
        progress = state.progress
        let tasks = zip(state.plan.tasks, state.histories)
        let wanted = tasks.filter { policy.audits($0.id) && $1.phase(of: $0) == .done }
        audits = (wanted.count, wanted.count { $1.isAudited })
        failures = tasks.compactMap { task, history in history.phase(of: task).failure.map { (task, $0) } }
        try report.forEachFinalAggregate { finals.append($0) }
    }
}
