import ArgumentParser
import CommandOutput
import Commands

/// `sweep bundle`: what was published of a sweep, as one archive that others can check.
struct BundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle", abstract: "Pack what was published of a sweep, so that others can check it.",
        discussion: """
            Writes one tar archive with the sweep file, every table, a digest for the records of each task, the \
            images' digest, the version and the hosts' processors, and a MANIFEST of their SHA-256. The same directory \
            gives the same bytes. sweep verify checks it on any machine.
            """)

    @Argument(help: ArgumentHelp("The run directory (default: the only one under runs/).", valueName: "dir"))
    var directory: String?

    @Option(help: ArgumentHelp("The same, as for the other commands.", valueName: "dir"))
    var out: String?

    @Option(help: ArgumentHelp("The archive to write (default: NAME.tar in the run directory).", valueName: "file"))
    var to: String?

    func run() throws {
        let run = try ChosenRun(withTablesIn: directory, named: out)
        let bundle = try BundleExport(of: run, to: to, progress: .onStandardError())
        for note in bundle.notes { Output.error("Note: \(note).") }
        Output.line(bundle.path)
    }
}
