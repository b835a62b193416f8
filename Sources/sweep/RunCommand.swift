import ArgumentParser
import CommandOutput
import Commands
import Console
import CoordinatorService
import Dashboard
import Experiment
import FleetCommands
import Foundation
import HostSystem
import Journal
import Notices
import Results

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

    @Argument(help: ArgumentHelp("The sweep file.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
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

    @Option(help: ArgumentHelp("The run directory (default: runs/NAME).", valueName: "dir"), completion: .directory)
    var out: String?

    @Option(
        help: ArgumentHelp("Where CIFAR-10's batches are (default: the cache).", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp(
            """
            Keep a checkpoint of a running task when the last one is older (default: \
            \(shortestText(RunOptions.defaults.checkpointEvery)); 0: after each epoch).
            """, valueName: "seconds"), transform: decimalOption)
    var checkpointEvery = RunOptions.defaults.checkpointEvery

    @Option(
        help: ArgumentHelp(
            """
            A worker that is silent for longer loses its tasks to others (default: \
            \(shortestText(RunOptions.defaults.lease))).
            """, valueName: "seconds"), transform: decimalOption)
    var lease = RunOptions.defaults.lease

    @Option(
        help: ArgumentHelp(
            """
            If this process is killed, its worker trains on for so long; the same command takes it over (default: \
            \(shortestText(RunOptions.defaults.linger))).
            """, valueName: "seconds"), transform: decimalOption)
    var linger = RunOptions.defaults.linger

    @Option(
        help: ArgumentHelp(
            """
            Train so many of the finished tasks a second time, on another worker, and compare every bit. Where they \
            differ a third execution decides, and what was wrong is replaced.
            """, valueName: "percent"))
    var audit = RunOptions.defaults.audit

    @Flag(
        help: """
            Go on from any worker's checkpoint as from one of this host. Without, a task that went on from another \
            worker's checkpoint is trained again from its first epoch when it is done, on a worker that had no hand in \
            it; except where the checkpoint was this host's, or an audit has confirmed its worker.
            """)
    var trustCheckpoints = false

    @Flag(name: .shortAndLong, help: "A line for each epoch.")
    var verbose = false

    @Flag(name: .shortAndLong, help: "Nothing but errors, notes, a page's address and the final table.")
    var quiet = false

    @Option(help: "How progress and logs are written: text, or json for a line of JSON each.")
    var logFormat = OutputFormat.text

    func run() async throws {
        let configuration = try options.configuration()
        let display = ProgressDisplay(
            terminal: Terminal(environment: ProcessInfo.processInfo.environment, isBuffered: true),
            verbosity: quiet ? .quiet : verbose ? .verbose : .normal, format: logFormat)
        if let limit = ProcessorTimeLimit.current { display.say("Note: \(limit.warning).") }
        let page = try await startDashboard(display, descriptors: configuration.pageDescriptors)
        let coordinator = try open(configuration, ObserverGroup([display] + (page.map { [$0] } ?? [])))
        var plan: StoredPlan? = configuration.plan
        let reader = try JournalReader(of: RunDirectory(path: configuration.directory))
        try reader.readReport(keeping: &plan) { report in
            try display.begin(with: report)
            try page?.begin(report, directory: configuration.directory, display)
        }
        do {
            defer { display.end() }
            try await runUntilStopped(coordinator, insist: coordinator.stopNow)
            await page?.end()
        } catch {
            throw CommandFailure(error) ?? error
        }
        let directory = configuration.directory
        try RunEnding(try coordinator.outcome(), in: directory).conclude(
            isQuiet: quiet, width: Terminal.outputWidth(), say: display.say, print: Output.text
        ) {
            takeInterruptionsOfDrawing(logFormat)
            return RunConclusion(drawnIn: directory, display.work())
        }
    }

    private var options: RunOptions {
        var options = RunOptions(file: file)
        options.slots = slots
        options.listen = listen
        options.hasPage = dashboard != nil
        options.out = out
        options.data = data
        options.checkpointEvery = checkpointEvery
        options.lease = lease
        options.linger = linger
        options.audit = audit
        options.trustCheckpoints = trustCheckpoints
        options.logFormat = logFormat
        return options
    }

    private func open(_ configuration: CoordinatorConfiguration, _ observer: some SweepObserver) throws -> Coordinator {
        do {
            return try Coordinator(configuration, observer: observer)
        } catch {
            throw CommandFailure(error) ?? error
        }
    }
}

/// Everything is stored by now, and the service that took signals has ended.
private func takeInterruptionsOfDrawing(_ format: OutputFormat) {
    for interruption in stopSignals() {
        switch format {
        case .text:
            signal(interruption.rawValue) { _ in
                leaveDrawing("\nerror: interrupted; the results are all there, sweep report draws the rest\n")
            }
        case .json:
            // The clock cannot be asked for a text here.
            signal(interruption.rawValue) { _ in
                leaveDrawing(
                    """
                    {"event":"commandFailed","exit_code":130,"level":"error","message":"interrupted; the results are \
                    all there, sweep report draws the rest"}

                    """)
            }
        }
    }
}

/// All of it may be done while a signal is handled.
private func leaveDrawing(_ text: StaticString) {
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    _exit(CommandFailure.Code.interrupted.rawValue)
}
