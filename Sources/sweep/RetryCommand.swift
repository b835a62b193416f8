import ArgumentParser
import CommandOutput
import Commands
import Experiment
import FleetCommands

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
        let run = try selection.chosen()
        let chosen = try run.tasks(tasks)
        if let count = try run.askIfRunning(.retry(chosen)) {
            return Output.line(count == 0 ? "No such task has failed." : "\(counted(count, "task")) tried again.")
        }
        let count = try Retry.reopen(chosen, in: run.directory)
        guard count > 0 else { return Output.line("No such task has failed.") }
        Output.line("\(counted(count, "task")) will be tried again: run the sweep's command again.")
    }
}
