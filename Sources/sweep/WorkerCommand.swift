import ArgumentParser
import ChildProcesses
import Console
import Experiment
import Foundation
import HostSystem
import Logging
import ServiceLifecycle
import Transport
import Wire
import WorkerAgent

/// `sweep worker --join TOKEN`: a worker on this host, until it is stopped.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Train on this host for the coordinator that made the token.",
        discussion: """
            Waits for the coordinator, and after it for the next one. Ctrl-C gives the running tasks back at once, \
            hands the states of their trainers over for as long as that takes, and ends; a second Ctrl-C ends it now.
            """)

    @Option(
        help: ArgumentHelp("The token that sweep invite printed; - reads it from standard input.", valueName: "token"))
    var join: String

    @Option(help: "Trainers on this host (default: one for each core that this process may use).")
    var slots: Int?

    @Option(help: ArgumentHelp("Where CIFAR-10's batches are (default: the cache).", valueName: "dir"))
    var data: String?

    @Flag(name: .shortAndLong, help: "A line for each task.")
    var verbose = false

    @Option(help: "How logs are written: text, or json for a line of JSON each.")
    var logFormat = ProgressDisplay.Format.text

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
        let claim = try takeLock()
        defer { claim?.removeFile() }
        // The kernel hangs up a stopped process whose parent dies, and this one shall outlive its coordinator.
        if local != nil { signal(SIGHUP, SIG_IGN) }
        let configuration = try validate()
        let level: Logger.Level = verbose || local != nil ? .info : .notice
        let log = Logger(label: "worker") { label in
            LineLog(label: label, level: level, format: logFormat) { Output.error($0) }
        }
        let agent = WorkerAgent(configuration, log: log)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: agent, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: stopSignals(),
                logger: Logger(label: "sweep") { _ in SwiftLogNoOpLogHandler() }))
        do {
            try await insistingOnSecondStop(agent.leaveNow) { try await group.run() }
        } catch let error as WorkerError {
            throw CommandFailure(error.description, exitCode: error.code == .tokenRefused ? .usage : .failed)
        } catch let error as TransportError {
            throw CommandFailure(error.description)
        }
    }

    private func takeLock() throws -> ProcessLock.Claim? {
        guard let local else { return nil }
        do {
            if let claim = try ProcessLock(path: local).take() { return claim }
        } catch {
            throw CommandFailure(error.description)
        }
        throw CommandFailure("another worker of this host serves the run directory")
    }

    private func validate() throws -> WorkerConfiguration {
        let slots = slots ?? HostCapacity.inspect().slots
        guard (1...Limits.slots).contains(slots) else {
            throw CommandFailure("--slots \(slots): give 1 to \(Limits.slots)", exitCode: .usage)
        }
        try HostNeeds.worker(slots: slots).check()
        let unique = String(UInt32.random(in: 0 ... .max), radix: 16)
        let usable = hostName().filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(40)
        let madeUp = "\(usable)-\(unique)"
        guard let name = WorkerID(rawValue: name ?? (madeUp.hasPrefix(WorkerID.localPrefix) ? "host-" : "") + madeUp)
        else {
            throw CommandFailure("--name: give 1 to 64 letters, digits, - _ or .", exitCode: .usage)
        }
        var configuration = WorkerConfiguration(
            token: try readToken(), name: name, slots: slots, dataDirectory: data, executable: ownExecutable,
            build: Version.current)
        configuration.hasStarter = local != nil
        if let linger {
            guard (0...86_400).contains(linger) else {
                throw CommandFailure("--linger \(linger): give 0 to 86400 seconds", exitCode: .usage)
            }
            configuration.policy.linger = .seconds(linger)
        }
        return configuration
    }

    private func readToken() throws -> JoinToken {
        let text = join == "-" ? readLine() ?? "" : join
        if join != "-" { hideArgument(join) }
        do {
            return try JoinToken(decoding: text)
        } catch {
            throw CommandFailure("--join: \(error)", exitCode: .usage)
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
