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
    /// What became of the tasks that were to be trained a second time.
    public var audits = TaskBoard.AuditCounts()
    public var sweep: Sweep
    /// By point.
    public var finals: [FinalAggregate] = []

    /// - Parameter trusted: keys of the owner's own hosts.
    /// - Throws: what reading the report's records throws: a `JournalError`.
    package init(
        ending: SweepEnding, state: JournalState, report: JournalReport, policy: TaskBoard.Policy,
        trusted: Set<WorkerKey> = []
    ) throws {
        self.ending = ending
        sweep = report.sweep
        progress = state.progress
        let tasks = zip(state.plan.tasks, state.histories)
        if policy.auditShare > 0 {
            let stored = StoredSweep(state, checkpoints: [:])
            let now = Instant(sinceOrigin: .zero)
            audits = TaskBoard(restoring: stored, trusted: trusted, policy: policy, at: now).auditCounts
        }
        failures = tasks.compactMap { task, history in history.phase(of: task).failure.map { (task, $0) } }
        try report.forEachFinalAggregate { finals.append($0) }
    }
}
