import ArgumentParser
import Console
import CoordinatorService
import Dashboard
import Experiment
import Foundation
import Journal
import Logging
import Reporting
import Scheduling
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
            the command for a host). Ctrl-C stores everything; the same command goes on from there.

            Results are in the run directory: epochs.csv, aggregate.csv, final.csv, comparison.csv and more, kept up \
            to date while the sweep runs; figures/ and report.html come at its end.

            --dashboard shows the sweep in a browser while it runs: what is done and by whom, the curves as they grow. \
            The page can only be read. On an address that other hosts reach, it is found only with the token in the \
            address that is printed.
            """)

    @Argument(help: ArgumentHelp("The sweep file.", valueName: "file"))
    var file: String

    @Option(help: "Trainers on this host (default: one for each physical core; 0: train only on workers that join).")
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
            valueName: "seconds"))
    var checkpointEvery = 60.0

    @Option(
        help: ArgumentHelp(
            "A worker that is silent for longer loses its tasks to others (default: 20).", valueName: "seconds"))
    var lease = 20.0

    @Option(
        help: ArgumentHelp(
            "If this process is killed, its worker trains on for so long, and the same command takes it over (default: 60).",
            valueName: "seconds"))
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
        let results = try JournalReader(of: RunDirectory(path: configuration.directory)).results()
        display.begin(with: results)
        page?.begin(results, directory: configuration.directory, display)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: coordinator, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigint, .sigterm],
                logger: Logger(label: "sweep") { _ in SwiftLogNoOpLogHandler() }))
        do {
            defer { display.end() }
            try await group.run()
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
        let slots = slots ?? HostCores.allowed().count
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
        let digest = try load(submitted.sweep.data)
        var configuration = CoordinatorConfiguration(
            sweep: submitted.sweep, sweepText: submitted.text, dataDigest: digest,
            directory: out ?? "runs/\(submitted.sweep.name)", keyDirectory: try ownKeyDirectory(),
            makeLog: { [logFormat] in try Self.log(into: $0, logFormat) })
        configuration.listen = endpoint
        configuration.policy.workersMayJoin = endpoint != nil
        configuration.policy.lease = .milliseconds(Int(lease * 1000))
        configuration.policy.heartbeat = min(configuration.policy.heartbeat, configuration.policy.lease / 8)
        configuration.policy.auditShare = try auditShare()
        configuration.policy.checkpointInterval = .milliseconds(Int(checkpointEvery * 1000))
        if slots > 0 {
            configuration.localWorker = LocalWorkerConfiguration(
                executable: ownExecutable, arguments: workerArguments(slots: slots))
        }
        return configuration
    }

    private func auditShare() throws -> Double {
        let number = audit.hasSuffix("%") ? String(audit.dropLast()) : audit
        guard let percent = Double(number), (0...100).contains(percent) else {
            throw CommandFailure("--audit \(audit): give 0% to 100%, such as 5%", exitCode: .usage)
        }
        return percent / 100
    }

    private func workerArguments(slots: Int) -> [String] {
        ["worker", "--join", "-", "--slots", String(slots), "--log-format", logFormat.rawValue]
            + ["--linger", String(linger)] + (data.map { ["--data", $0] } ?? [])
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

    // MARK: At the end

    private func conclude(_ outcome: SweepOutcome, _ display: ProgressDisplay) throws {
        if outcome.disagreementCount > 0 {
            display.say(
                "ALARM: \(counted(outcome.disagreementCount, "record")) came out different when trained again; "
                    + "attempts.csv says on which hosts")
        }
        let failures = outcome.failures.filter { $0.reason != TaskBoard.cancellation }
        for (task, reason) in failures {
            display.say("failed: \(task.summary): \(reason)")
        }
        let directory = out ?? "runs/\(outcome.results.sweep.name)"
        switch outcome.ending {
        case .stopped:
            throw CommandFailure(
                "interrupted with \(counted(outcome.unfinishedCount, "task")) left; everything is stored in \(directory), the same command goes on",
                exitCode: .interrupted)
        case .stalled:
            throw CommandFailure(
                "every worker failed several tasks in a row; what is stored stays, and the same command goes on. "
                    + "See \(directory)/attempts.csv")
        case .finished:
            Output.text(finalTable(of: outcome.results))
            draw(in: directory, display)
            tellOfAudits(outcome, display)
            if !outcome.failures.isEmpty {
                let cancelledCount = outcome.failures.count - failures.count
                let parts = [(failures.count, "failed"), (cancelledCount, "cancelled")].filter { $0.0 > 0 }
                let message = parts.map { "\(counted($0, "task")) \($1)" }.joined(separator: ", ")
                throw CommandFailure(
                    message + "; sweep retry gives them another chance", exitCode: .someTasksFailed)
            }
        }
    }
}

extension ProgressDisplay.Format: ExpressibleByArgument {}

extension RunCommand {
    /// Everything is stored by now, and the service that took signals has ended.
    private func draw(in directory: String, _ display: ProgressDisplay) {
        for interruption in [SIGINT, SIGTERM] {
            signal(interruption) { _ in
                let text: StaticString =
                    "\nerror: interrupted; the results are all there, sweep report draws the rest\n"
                _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
                _exit(CommandFailure.Code.interrupted.rawValue)
            }
        }
        if !quiet { display.say("Drawing the figures") }
        let complaint = Pictures.conclude(directory)
        if let complaint { display.say("Note: \(complaint).") }
        guard !quiet else { return }
        let tables = ReportFile.allCases.map(\.rawValue)
            .filter { FileManager.default.fileExists(atPath: "\(directory)/\($0)") }
        let names = tables + (complaint == nil ? ["figures/", "report.html"] : [])
        display.say("Files in \(directory): \(names.joined(separator: ", "))")
    }
}

extension RunCommand {
    private func tellOfAudits(_ outcome: SweepOutcome, _ display: ProgressDisplay) {
        let (wanted, done) = outcome.audits
        guard wanted > 0 else { return }
        if done < wanted {
            display.say(
                "Audit: \(wanted - done) of \(counted(wanted, "task")) could not be trained again; attempts.csv says why"
            )
        } else if outcome.disagreementCount == 0, !quiet {
            display.say("Audit: \(counted(done, "task")) trained again, every bit the same")
        }
    }
}

/// Where the keys of this user are.
func ownKeyDirectory() throws -> String {
    do {
        return try KeyStore.defaultDirectory(environment: ProcessInfo.processInfo.environment)
    } catch {
        throw CommandFailure(error.description)
    }
}

/// The running program, for workers and trainers that are processes of the same one: the file that runs, also after
/// another build took its name.
let ownExecutable = "/proc/self/exe"
