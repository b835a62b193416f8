import ArgumentParser
import CommandOutput
import Commands
import Experiment
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

    @Option(help: ArgumentHelp("Here: where CIFAR-10's batches are (default: the cache).", valueName: "dir"))
    var data: String?

    @Option(help: "Here: threads to train with; no result depends on it.")
    var threads = 1

    func run() throws {
        try Replay.check(threads: threads)
        let replay = try Replay(of: task, in: selection.chosen())
        let summary = replay.task.summary
        let differing: Set<Int>
        if let count = try replay.run.askIfRunning(.audit(replay.task.id)) {
            Output.error(count == 0 ? "A worker trains \(summary) again already" : "A worker replays \(summary)")
            differing = try follow(replay)
        } else {
            Output.error("Replaying \(summary)")
            differing = try replay.here.run(
                in: replay.run.directory, data: data, threads: threads, complain: Output.error)
        }
        for line in replay.lines(differing: differing) { Output.line(line) }
        if let failure = replay.failure(differing: differing) { throw failure }
    }

    /// Waits for the end of the execution on a worker.
    private func follow(_ replay: Replay) throws -> Set<Int> {
        while true {
            if case .done(let differing, let note) = try replay.progress(isServed: replay.run.hasCoordinator()) {
                Output.error(note)
                return differing
            }
            Thread.sleep(forTimeInterval: 0.5)
        }
    }
}
