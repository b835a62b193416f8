import ArgumentParser
import CommandOutput
import Commands
import FleetCommands
import Glibc

/// The root of the command line. Each subcommand has a file of its own.
struct SweepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Run a hyperparameter sweep on as many hosts as you have; get mean and std over the seeds.",
        discussion: """
            sweep plan FILE shows what a sweep file asks for, sweep run FILE does it. Results go to standard output, \
            progress and logs to standard error.

            Exit codes: 0 done, 1 failed, 2 bad usage or bad sweep file, 3 finished with failed tasks or with results \
            in doubt, 130 interrupted (everything is stored; the same command goes on).
            """,
        version: VersionLine.text,
        subcommands: [
            RunCommand.self, PlanCommand.self, WorkerCommand.self, InviteCommand.self, KeysCommand.self,
            RevokeCommand.self, StatusCommand.self, WorkersCommand.self, PauseCommand.self, ResumeCommand.self,
            DrainCommand.self, CancelCommand.self,
            RetryCommand.self, ReplayCommand.self, ExportCommand.self, FiguresCommand.self, ReportCommand.self,
            BundleCommand.self, VerifyCommand.self,
            TrainCommand.self, DataCommand.self,
            TrainerCommand.self,
        ])

    /// Prints what an error says and ends with its exit code.
    ///
    /// - Parameter format: of the command's log; a command line that was not understood has none, and is told in text.
    static func leave(after error: any Error, loggingIn format: OutputFormat = .text) -> Never {
        if let failure = error as? CommandFailure { leave(after: failure, format) }
        if let code = error as? ExitCode { Glibc.exit(code.rawValue) }
        HelpWidth.bound()
        let text = fullMessage(for: error)
        switch exitCode(for: error) {
        case .success:
            Output.line(text)
            Glibc.exit(0)
        case .validationFailure:
            Output.error(text)
            Glibc.exit(CommandFailure.Code.usage.rawValue)
        default: leave(after: CommandFailure("\(error)"), format)
        }
    }

    private static func leave(after failure: CommandFailure, _ format: OutputFormat) -> Never {
        if !failure.message.isEmpty {
            switch format {
            case .text: Output.error("error: \(failure.message)")
            case .json: Output.error(JSONLine(failure).text)
            }
        }
        Glibc.exit(failure.exitCode.rawValue)
    }
}

/// A command that writes a log, in text or in lines of JSON; what ends it is the last of them.
protocol LoggingCommand {
    var logFormat: OutputFormat { get }
}

extension RunCommand: LoggingCommand {}
extension WorkerCommand: LoggingCommand {}
