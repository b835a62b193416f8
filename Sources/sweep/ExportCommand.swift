import ArgumentParser
import CommandOutput
import Commands

/// `sweep export`: the CSV files again, from the journal.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the CSV files of a sweep again, while it runs or after.",
        discussion: """
            Writes into the run directory, or into another one with --to. The bytes are those of the run itself. \
            --predictions adds predictions/TASK.npy for each finished task, for numpy.load: whether each test image, \
            in the order of the test set, is right after the last epoch. predictions/index.csv says what the tasks \
            are. \
            With --format markdown or latex it prints words for a paper instead: the final table, a paragraph on \
            methods, and BibTeX for what it cites.
            """)

    @OptionGroup var selection: RunSelection

    @Option(
        help: ArgumentHelp("Where to write (default: the run directory).", valueName: "dir"), completion: .directory)
    var to: String?

    @Option(help: "What to write: the CSV files, or words for a paper on standard output.")
    var format = ExportFormat.csv

    @Flag(help: "Also write which test images each finished task got right, as .npy files.")
    var predictions = false

    func run() throws {
        try format.check(target: to, predictions: predictions)
        if let paper = format.paper {
            let results = ResultTables(directory: try selection.chosen().directory, progress: .onStandardError())
            Output.text(try results.paperText(paper))
        } else {
            try writeTables()
        }
    }

    private func writeTables() throws {
        let export = try TableExport(of: selection.chosen(), to: to, predictions: predictions)
        for path in export.paths { Output.line(path) }
        for omission in export.omissions { Output.error("Note: \(omission).") }
    }
}
