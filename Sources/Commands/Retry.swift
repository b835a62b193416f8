import Experiment
import Journal

/// Gives failed tasks of a sweep that does not run another chance.
package enum Retry {
    /// What failed and is not finished, in the order of the plan.
    ///
    /// - Parameter chosen: the tasks to look at; none stands for all.
    package static func failedTasks(of state: JournalState, among chosen: [TaskID]) -> [TaskID] {
        zip(state.plan.tasks, state.histories)
            .filter { $1.phase(of: $0).failure != nil }
            .map(\.0.id)
            .filter { chosen.isEmpty || chosen.contains($0) }
    }

    /// - Returns: how many tasks are tried again when the sweep's command runs.
    /// - Throws: a `JournalError`, `inUse` among them.
    package static func reopen(_ chosen: [TaskID], in directory: RunDirectory) throws(JournalError) -> Int {
        let journal = try Journal.open(in: directory)
        defer { try? journal.close() }
        let failed = Self.failedTasks(of: try journal.reader.state(), among: chosen)
        try journal.commit(failed.map { .taskReopened($0) })
        return failed.count
    }
}
