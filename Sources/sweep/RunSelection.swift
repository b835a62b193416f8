import ArgumentParser
import Commands

/// `--out DIR` of the commands that look at a sweep: the run directory.
struct RunSelection: ParsableArguments {
    @Option(
        help: ArgumentHelp("The run directory (default: the only one under runs/).", valueName: "dir"),
        completion: .directory)
    var out: String?

    func chosen() throws -> ChosenRun { try ChosenRun(named: out) }
}

/// The directory whose tables `sweep figures` and `sweep report` show: a run directory, or one with its CSV files.
struct ResultsSelection: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The run directory, or one with the CSV files of a sweep (default: the only one under runs/).",
            valueName: "dir"), completion: .directory)
    var directory: String?

    @Option(help: ArgumentHelp("The same, as for the other commands.", valueName: "dir"), completion: .directory)
    var out: String?

    func chosen() throws -> ChosenRun { try ChosenRun(withTablesIn: directory, named: out) }
}
