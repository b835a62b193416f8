import ArgumentParser
import CommandOutput
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
        Output.line(try selection.chosen().retry(tasks))
    }
}
