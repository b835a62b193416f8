import ArgumentParser
import CommandOutput
import Glibc

/// The root of the benchmarks' command line. Each subcommand has a file of its own.
@main
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep-bench",
        abstract: "Measure the training engine, its kernels, or the coordinator that hands out tasks.",
        discussion: """
            Results are checked before they are timed. Figures go to standard output, progress to standard error. \
            Other work on the machine spoils them: compare best values, or ratios of one run.

            Exit codes: 0 done, 1 a result is wrong or something is missing, 64 bad usage, 130 interrupted.
            """,
        subcommands: [EngineCommand.self, KernelsCommand.self, OrchestratorCommand.self, FleetCommand.self])

    static func main() {
        // A reader that goes away, or a Python that does, is seen as a failed write.
        signal(SIGPIPE, SIG_IGN)
        HelpWidth.bound()
        main(nil)
    }
}

/// Ends the command with one line on standard error and exit code 1.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension OutputFormat: ExpressibleByArgument {}
