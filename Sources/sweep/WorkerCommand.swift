import ArgumentParser
import CommandOutput
import FleetCommands
import Foundation
import HostSystem
import WorkerAgent

/// `sweep worker --join TOKEN`: a worker on this host, until it is stopped.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Train on this host for the coordinator that made the token.",
        discussion: """
            Waits for the coordinator, and after it for the next one. Ctrl-C gives the running tasks back at once, \
            hands the states of their trainers over for as long as that takes, and ends; a second Ctrl-C ends it now.

            The token is needed once: the worker makes a key of its own and keeps it for its restarts, beside the \
            user's other keys. On a command line other users of this host can see a token for a moment, so give a file \
            that only you can read, or - for standard input. Without --join the token is the credential sweep-token of \
            systemd ($CREDENTIALS_DIRECTORY/sweep-token).
            """)

    @Option(
        help: ArgumentHelp(
            "The token that sweep invite printed, a file with it, or - for standard input.", valueName: "token"),
        completion: .file())
    var join: String?

    @Option(help: "Trainers on this host (default: one for each core that this process may use).")
    var slots: Int?

    @Option(
        help: ArgumentHelp("Where CIFAR-10's batches are (default: the cache).", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Flag(name: .shortAndLong, help: "A line for each task.")
    var verbose = false

    @Option(help: "How logs are written: text, or json for a line of JSON each.")
    var logFormat = OutputFormat.text

    @Option(help: .hidden)
    var name: String?

    /// A coordinator started this worker of its own host, which takes the lock at this path.
    @Option(help: .hidden)
    var local: String?

    @Option(help: .hidden, transform: decimalOption)
    var linger: Double?

    func run() async throws {
        do {
            try await work()
        } catch let failure as CommandFailure where local != nil {
            // The coordinator says why its worker ends, and this is where it listens.
            _ = writeAll(failure.message + "\n", to: STDOUT_FILENO)
            throw failure
        }
    }

    private func work() async throws {
        let start = try WorkerStart(
            options, environment: ProcessInfo.processInfo.environment, readLine: { readLine() }, hide: hideArguments,
            write: { Output.error($0) })
        defer { start.end() }
        let agent = WorkerAgent(start.configuration, log: start.log)
        do {
            try await runUntilStopped(agent, insist: agent.leaveNow)
        } catch {
            throw CommandFailure(error) ?? error
        }
    }

    private var options: WorkerOptions {
        var options = WorkerOptions()
        options.slots = slots
        options.data = data
        options.name = name
        options.linger = linger
        options.lockPath = local
        options.join = join
        options.isVerbose = verbose
        options.logFormat = logFormat
        return options
    }
}
