import ArgumentParser
import Journal

/// `sweep retry`: gives failed tasks another chance.
struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Let failed tasks be tried again when the sweep's command runs again.",
        discussion: "While the sweep runs this is refused: stop it first, everything is stored.")

    @OptionGroup var selection: RunSelection

    func run() throws {
        let journal = try Journal.open(in: selection.directory())
        defer { try? journal.close() }
        let state = try journal.reader.state()
        let failed = zip(state.plan.tasks, state.histories)
            .filter { $1.failure != nil && $1.epochs.count < $0.parameters.epochs }
            .map { task, _ in JournalChange.taskReopened(task.id) }
        try journal.commit(failed)
        guard !failed.isEmpty else { return Output.line("No task has failed.") }
        Output.line("\(counted(failed.count, "task")) will be tried again: run the sweep's command again.")
    }
}
