import ArgumentParser
import Console

/// `sweep cancel [TASK…]`: gives tasks of a running sweep up.
struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Give up tasks of a running sweep, or all that are not finished.",
        discussion: """
            Cancelled tasks count as failed; what is stored of them stays, and sweep retry gives them another chance. \
            Without TASK the sweep ends with what it has. To stop it and go on another time, end sweep run with Ctrl-C.
            """)

    @Argument(
        help: ArgumentHelp("Tasks, each by the beginning of its id (attempts.csv has them).", valueName: "task"))
    var tasks: [String] = []

    @OptionGroup var selection: RunSelection

    func run() throws {
        let count = try selection.ask(.cancel(try selection.tasks(tasks)))
        Output.line(count == 0 ? "Nothing to cancel: no such task is left." : "\(counted(count, "task")) cancelled.")
    }
}
