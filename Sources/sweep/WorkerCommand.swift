import ArgumentParser
import CommandOutput
import FleetCommands
import Foundation
import HostSystem
import Logging
import ServiceLifecycle
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
            "The token that sweep invite printed, a file with it, or - for standard input.", valueName: "token"))
    var join: String?

    @Option(help: "Trainers on this host (default: one for each core that this process may use).")
    var slots: Int?

    @Option(help: ArgumentHelp("Where CIFAR-10's batches are (default: the cache).", valueName: "dir"))
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
        let claim = try local.map(WorkerOptions.takeLock)
        defer { claim?.removeFile() }
        // The kernel hangs up a stopped process whose parent dies, and this one shall outlive its coordinator.
        if local != nil { signal(SIGHUP, SIG_IGN) }
        let source = try TokenSource(join: join, environment: ProcessInfo.processInfo.environment)
        let configuration = try configuration(source)
        let level: Logger.Level = verbose || local != nil ? .info : .notice
        let log = Logger(label: "worker") { label in
            LineLog(label: label, level: level, format: logFormat) { Output.error($0) }
        }
        if source.isOpenToOthers {
            log.warning("other users can read the file of the token; make it yours alone (chmod 600)")
        }
        if let limit = ProcessorTimeLimit.current { log.warning("\(limit.warning)") }
        let agent = WorkerAgent(configuration, log: log)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: agent, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: stopSignals(),
                logger: Logger(label: "sweep") { _ in SwiftLogNoOpLogHandler() }))
        do {
            try await insistingOnSecondStop(agent.leaveNow) { try await group.run() }
        } catch {
            throw CommandFailure(error) ?? error
        }
    }

    private func configuration(_ source: TokenSource) throws -> WorkerConfiguration {
        var options = WorkerOptions()
        options.slots = slots
        options.data = data
        options.name = name
        options.linger = linger
        options.isLocal = local != nil
        return try options.configuration { () throws(CommandFailure) in
            if case .commandLine(let token) = source { hideArgument(token) }
            return try source.read { readLine() }
        }
    }

    /// Overwrites an argument, which every user of the host could read with `ps`.
    private func hideArgument(_ secret: String) {
        for index in 1..<Int(CommandLine.argc) {
            guard let argument = CommandLine.unsafeArgv[index], String(cString: argument).contains(secret) else {
                continue
            }
            memset(argument, Int32(UInt8(ascii: "x")), strlen(argument))
        }
    }
}
