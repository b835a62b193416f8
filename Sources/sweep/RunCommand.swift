import ArgumentParser
import Console
import CoordinatorService
import Dashboard
import Experiment
import Foundation
import Journal
import Logging
import Notices
import Results
import ServiceLifecycle
import Training
import Transport
import Wire
import WorkerAgent

/// `sweep run FILE`: the coordinator, with a worker on this host.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a sweep; the same command goes on with one that was interrupted.",
        discussion: """
            Trains on this host in --slots trainers, and with --listen on every worker that joins (sweep invite prints \
            the command for a host). Ctrl-C, or a terminal that is closed, ends it and stores everything; the \
            same command goes on from there.

            Results are in the run directory: epochs.csv, aggregate.csv, final.csv, comparison.csv and more, kept up \
            to date while the sweep runs; figures/ and report.html come at its end.

            --dashboard shows the sweep in a browser while it runs: what is done and by whom, the curves as they grow. \
            The page can only be read. On an address that other hosts reach, it is found only with the token in the \
            address that is printed.
            """)

    @Argument(help: ArgumentHelp("The sweep file.", valueName: "file"))
    var file: String

    @Option(
        help: """
            Trainers on this host (default: one for each core that this process may use; 0: train only on workers that \
            join).
            """)
    var slots: Int?

    @Option(
        help: ArgumentHelp(
            "Take workers of other hosts at tcp://ADDR:PORT; port 0 is one that is free.", valueName: "endpoint"))
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "Show the sweep on a web page at ADDR:PORT, such as 127.0.0.1:8080; port 0 is one that is free.",
            valueName: "address"))
    var dashboard: String?

    @Option(help: ArgumentHelp("The run directory (default: runs/NAME).", valueName: "dir"))
    var out: String?

    @Option(help: ArgumentHelp("Where CIFAR-10's batches are (default: the cache).", valueName: "dir"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Keep a checkpoint of a running task when the last one is older (default: 60; 0: after each epoch).",
            valueName: "seconds"), transform: decimalOption)
    var checkpointEvery = 60.0

    @Option(
        help: ArgumentHelp(
            "A worker that is silent for longer loses its tasks to others (default: 20).", valueName: "seconds"),
        transform: decimalOption)
    var lease = 20.0

    @Option(
        help: ArgumentHelp(
            "If this process is killed, its worker trains on for so long; the same command takes it over (default: "
                + "60).",
            valueName: "seconds"), transform: decimalOption)
    var linger = 60.0

    @Option(
        help: ArgumentHelp(
            "Train so many of the finished tasks a second time, on another worker, and compare every bit.",
            valueName: "percent"))
    var audit = "0%"

    @Flag(name: .shortAndLong, help: "A line for each epoch.")
    var verbose = false

    @Flag(name: .shortAndLong, help: "Nothing but errors, notes, a page's address and the final table.")
    var quiet = false

    @Option(help: "How progress and logs are written: text, or json for a line of JSON each.")
    var logFormat = ProgressDisplay.Format.text

    func run() async throws {
        let configuration = try validate()
        let display = ProgressDisplay(
            terminal: Terminal(environment: ProcessInfo.processInfo.environment, isBuffered: true),
            verbosity: quiet ? .quiet : verbose ? .verbose : .normal, format: logFormat)
        let page = try await startDashboard(display)
        let coordinator = try open(
            configuration, observer: ObserverGroup(observers: [display] + (page.map { [$0] } ?? [])))
        try JournalReader(of: RunDirectory(path: configuration.directory)).readReport { report in
            try display.begin(with: report)
            try page?.begin(report, directory: configuration.directory, display)
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: coordinator, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: stopSignals(),
                logger: Logger(label: "sweep") { _ in SwiftLogNoOpLogHandler() }))
        do {
            defer { display.end() }
            try await insistingOnSecondStop(coordinator.stopNow) { try await group.run() }
            await page?.end()
        } catch let error as JournalError {
            throw CommandFailure(error.description)
        } catch let error as CoordinatorError {
            throw CommandFailure(error.description)
        }
        try conclude(try coordinator.outcome(), display)
    }

    // MARK: Before anything is touched

    private func validate() throws -> CoordinatorConfiguration {
        let submitted = try SubmittedSweep(path: file)
        let slots = slots ?? HostCapacity.inspect().slots
        guard (0...Limits.slots).contains(slots) else {
            throw CommandFailure("--slots \(slots): give 0 to \(Limits.slots)", exitCode: .usage)
        }
        guard (0...86_400).contains(checkpointEvery) else {
            throw CommandFailure("--checkpoint-every \(checkpointEvery): give 0 to 86400 seconds", exitCode: .usage)
        }
        guard (1...86_400).contains(lease) else {
            throw CommandFailure("--lease \(lease): give 1 to 86400 seconds", exitCode: .usage)
        }
        guard (0...86_400).contains(linger) else {
            throw CommandFailure("--linger \(linger): give 0 to 86400 seconds", exitCode: .usage)
        }
        let endpoint = try listen.map(parseEndpoint)
        guard slots > 0 || endpoint != nil else {
            let message = "--slots 0 leaves nobody to train; add --listen tcp://ADDR:PORT, so that workers can join"
            throw CommandFailure(message, exitCode: .usage)
        }
        try HostNeeds.sweep(slots: slots, takesWorkers: endpoint != nil, hasPage: dashboard != nil).check()
        let digest = try load(submitted.sweep.data)
        var configuration = CoordinatorConfiguration(
            sweep: submitted.sweep, sweepText: submitted.text, dataDigest: digest,
            directory: runDirectory(of: submitted.sweep.name), keyDirectory: ownKeyDirectory(),
            environment: ProcessInfo.processInfo.environment,
            makeLog: { [logFormat] in try Self.log(into: $0, logFormat) })
        configuration.listen = endpoint
        configuration.policy.workersMayJoin = endpoint != nil
        configuration.policy.lease = .seconds(lease)
        configuration.policy.heartbeat = min(configuration.policy.heartbeat, configuration.policy.lease / 8)
        configuration.policy.auditShare = try auditShare()
        configuration.policy.checkpointInterval = .seconds(checkpointEvery)
        if slots > 0 {
            configuration.localWorker = LocalWorkerConfiguration(
                executable: ownExecutable, arguments: workerArguments(slots: slots))
        }
        return configuration
    }

    func runDirectory(of name: String) -> String { out ?? "runs/\(name)" }

    private func auditShare() throws -> Double {
        let number = audit.hasSuffix("%") ? String(audit.dropLast()) : audit
        guard case .value(let percent) = DecimalNumber(number), (0...100).contains(percent) else {
            throw CommandFailure("--audit \(audit): give 0% to 100%, such as 5%", exitCode: .usage)
        }
        return percent / 100
    }

    private func workerArguments(slots: Int) -> [String] {
        ["worker", "--join", "-", "--slots", String(slots), "--log-format", logFormat.rawValue]
            + ["--linger", String(linger)] + (data.map { ["--data", URL(fileURLWithPath: $0).path] } ?? [])
    }

    private func parseEndpoint(_ text: String) throws -> Endpoint {
        do {
            let endpoint = try Endpoint(text)
            guard case .tcp = endpoint.address else {
                throw CommandFailure("--listen \(text): give tcp://ADDR:PORT", exitCode: .usage)
            }
            return endpoint
        } catch let error as TransportError {
            throw CommandFailure("--listen \(text): \(error)", exitCode: .usage)
        }
    }

    private func load(_ name: DataSetName) throws -> DataDigest {
        do {
            return try DataSet.load(name, directory: data).digest
        } catch {
            throw CommandFailure(error.description)
        }
    }

    private static func log(into directory: RunDirectory, _ format: ProgressDisplay.Format) throws -> Logger {
        let path = "\(directory.logs)/coordinator.log"
        let handler = try LineLog.appending(to: path, label: "coordinator", level: .info, format: format)
        return Logger(label: "coordinator") { _ in handler }
    }

    private func open(_ configuration: CoordinatorConfiguration, observer: some SweepObserver) throws -> Coordinator {
        do {
            return try Coordinator(configuration, observer: observer)
        } catch let error as JournalError {
            throw CommandFailure(error.description, exitCode: error.code == .anotherSweep ? .usage : .failed)
        } catch let error as TransportError {
            throw CommandFailure(error.description)
        } catch let error as CoordinatorError {
            throw CommandFailure(error.description)
        }
    }
}
