import ArgumentParser
import CommandOutput
import Commands

/// `sweep workers`: who took part in a sweep, on what host, and what each did.
struct WorkersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers", abstract: "Show the workers of a sweep, and what each did.",
        discussion: """
            Cores are those that the worker may use: the host's physical ones, or fewer by an affinity, a cpuset or a \
            CPU quota, as a container has them. So is the memory.
            """)

    @OptionGroup var selection: RunSelection

    @Option(help: "How to print it.")
    var format = OutputFormat.text

    func run() throws {
        let table = WorkerTable(try selection.chosen().reader().state())
        switch format {
        case .text: Output.text(table.text)
        case .json: Output.line(try table.json())
        }
    }
}
