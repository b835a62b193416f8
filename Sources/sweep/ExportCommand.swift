import ArgumentParser
import CommandOutput
import Commands

/// `sweep export`: the CSV files again, from the journal.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the CSV files of a sweep again, while it runs or after.",
        discussion:
            "Writes into the run directory, or into another one with --to. The bytes are those of the run itself.")

    @OptionGroup var selection: RunSelection

    @Option(help: ArgumentHelp("Where to write (default: the run directory).", valueName: "dir"))
    var to: String?

    func run() throws {
        let export = try TableExport(of: selection.chosen(), to: to)
        for path in export.paths { Output.line(path) }
        for omission in export.omissions { Output.error("Note: \(omission).") }
    }
}
