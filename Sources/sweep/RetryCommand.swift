import ArgumentParser
import Console
import Experiment
import Journal

/// `sweep retry`: gives failed tasks another chance.
struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Give failed or cancelled tasks another chance.",
        discussion: "At once while the sweep runs; otherwise when its command runs again.")

    @Argument(
        help: ArgumentHelp(
            "Tasks, each by the beginning of its id (default: all that failed).", valueName: "task"))
    var tasks: [String] = []

    @OptionGroup var selection: RunSelection

    func run() throws {
        let chosen = try selection.tasks(tasks)
        if let count = try selection.askIfRunning(.retry(chosen)) {
            return Output.line(count == 0 ? "No such task has failed." : "\(counted(count, "task")) tried again.")
        }
        let count = try reopen(chosen)
        guard count > 0 else { return Output.line("No such task has failed.") }
        Output.line("\(counted(count, "task")) will be tried again: run the sweep's command again.")
    }

    private func reopen(_ chosen: [TaskID]) throws -> Int {
        let journal = try Journal.open(in: selection.directory())
        defer { try? journal.close() }
        let state = try journal.reader.state()
        let failed = zip(state.plan.tasks, state.histories)
            .filter { $1.phase(of: $0).failure != nil }
            .map(\.0.id)
            .filter { chosen.isEmpty || chosen.contains($0) }
        try journal.commit(failed.map { .taskReopened($0) })
        return failed.count
    }
}
