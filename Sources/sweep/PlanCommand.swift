import ArgumentParser
import CommandOutput
import Commands

/// `sweep plan FILE`: the tasks of a sweep file. Reads the file and the images, and touches nothing.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show the tasks of a sweep file and what they would cost.",
        discussion: "Nothing is written and nothing runs.")

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json
    }

    @Argument(help: ArgumentHelp("The sweep file.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        help: ArgumentHelp("Where CIFAR-10's batches are (default: the cache).", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(help: "How to print the tasks.")
    var format = Format.table

    func run() throws {
        let planned = try PlannedSweep(SubmittedSweep(path: file).sweep, data: data)
        if let note = planned.note { Output.error(note) }
        Output.text(format == .json ? planned.plan.json + "\n" : planned.plan.table)
    }
}
