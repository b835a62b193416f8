import ArgumentParser
import CommandOutput
import FleetCommands
import Foundation

/// `sweep replay TASK`: trains a finished task again and compares every bit of every stored record.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Train a finished task again and compare every bit of its records.",
        discussion: """
            While the sweep runs, another worker of it than the one that finished the task does this; otherwise this \
            host, in this process. A difference is stored as an alarm, and the execution is a row of attempts.csv. \
            Exit code 1 where a record differs.
            """)

    @Argument(
        help: ArgumentHelp("A task's id, or the beginning of one (attempts.csv has them).", valueName: "task"))
    var task: String

    @OptionGroup var selection: RunSelection

    @Option(
        help: ArgumentHelp("Here: where CIFAR-10's batches are (default: the cache).", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(help: "Here: threads to train with; no result depends on it.")
    var threads = 1

    func run() throws {
        try Replay.check(threads: threads)
        let replay = try Replay(of: task, in: selection.chosen())
        let differing = try replay.perform(data: data, threads: threads, say: Output.error) {
            Thread.sleep(forTimeInterval: 0.5)
        }
        for line in replay.lines(differing: differing) { Output.line(line) }
        if let failure = replay.failure(differing: differing) { throw failure }
    }
}
