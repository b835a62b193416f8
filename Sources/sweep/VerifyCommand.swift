import ArgumentParser
import CommandOutput
import Commands
import FleetCommands
import Foundation
import HostSystem

/// `sweep verify`: makes everything that was published again, and trains a sample of the tasks again.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check what somebody published: its tables, and a sample of its training.",
        discussion: """
            Takes what sweep bundle made, packed or unpacked, or a run directory. Makes every table again of the \
            records and compares the bytes; trains some of the tasks again and compares every bit. Ends with a line to \
            quote, or names the first number that differs.

            The tasks are those with the lowest SHA-256 of “SEED TASK”, the same on every machine. Ctrl-C stores what \
            is done; the same command goes on. Exit code 1 where anything differs.
            """)

    @Argument(
        help: ArgumentHelp(
            "The bundle, or a run directory (default: the only one under runs/).", valueName: "bundle|dir"))
    var path: String?

    @Option(help: ArgumentHelp("Train so many tasks again.", valueName: "n"))
    var tasks: Int?

    @Option(
        help: ArgumentHelp("Train so many of the tasks again, one at least (default: 5%).", valueName: "percent"))
    var sample: String?

    @Flag(help: "Train nothing again, as with --tasks 0.")
    var tablesOnly = false

    @Option(help: ArgumentHelp("Chooses the tasks (default: it is drawn, and printed).", valueName: "number"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Where CIFAR-10's batches are (default: the cache).", valueName: "dir"))
    var data: String?

    @Option(help: "Threads to train with; no result depends on it.")
    var threads = VerifyOptions.usefulThreads

    @Option(help: "text, or json: one object.")
    var format = OutputFormat.text

    func run() async throws {
        let publication = try Publication(named: path)
        try publication.checkThatItHasEnded()
        let stop = RequestedStop()
        var surroundings = surroundings()
        surroundings.beginTraining = { stop.beginWork() }
        surroundings.isStopped = { stop.isRequested }
        let check = try VerifyRun(publication, options, surroundings)
        let verdict = try await stop.during { try check.run() }
        if let line = try verdict.lastLine(format) { Output.line(line) }
        if let failure = check.failure(of: verdict) { throw failure }
    }

    private var options: VerifyOptions {
        var options = VerifyOptions()
        options.tasks = tasks
        options.sample = sample
        options.tablesOnly = tablesOnly
        options.seed = seed
        options.data = data
        options.threads = threads
        return options
    }

    private func surroundings() -> VerifyRun.Surroundings {
        let cache = UserDirectories(environment: ProcessInfo.processInfo.environment).cache
        let isText = format == .text
        return VerifyRun.Surroundings(
            host: hostName(), states: cache.map { "\($0)/verify" }, program: Version.build,
            progress: .onStandardError(), print: { line in if isText { Output.line(line) } },
            say: { Output.error($0) })
    }
}
