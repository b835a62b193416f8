import ArgumentParser
import Console
import Experiment
import Foundation
import Journal

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
        guard (1...1024).contains(threads) else {
            throw CommandFailure("--threads \(threads): give 1 to 1024", exitCode: .usage)
        }
        let reader = try selection.reader()
        let task = try reader.plan().tasks.chosen(by: task)
        let records = try (1...task.parameters.epochs).compactMap { try reader.record(of: task.id, epoch: $0) }
        guard records.count == task.parameters.epochs else {
            throw CommandFailure("task \(task.id) is not finished, so there is nothing to compare with yet")
        }
        let earlier = try attempts(of: task, reader)
        let differing: Set<Int>
        if let count = try selection.askIfRunning(.audit(task.id)) {
            Output.error(
                count == 0 ? "A worker trains \(task.summary) again already" : "A worker replays \(task.summary)")
            let first = earlier.firstIndex { $0.end == nil } ?? earlier.count
            differing = try follow(task, from: first, reader)
        } else {
            Output.error("Replaying \(task.summary)")
            let replay = LocalReplay(task: task, records: records, attempt: earlier.count + 1)
            differing = try replay.run(in: selection.directory(), data: data, threads: threads)
        }
        try conclude(task, differing)
    }

    private func conclude(_ task: SweepTask, _ differing: Set<Int>) throws {
        for epoch in 1...task.parameters.epochs {
            Output.line("epoch \(epoch): \(differing.contains(epoch) ? "DIFFERENT" : "the same")")
        }
        guard differing.isEmpty else {
            throw CommandFailure(
                "\(counted(differing.count, "record")) of task \(task.id) came out different; "
                    + "run it on another host to learn which is wrong")
        }
    }

    // MARK: On a worker of the running sweep

    /// Waits for the end of the execution at place `first` among the task's attempts.
    private func follow(_ task: SweepTask, from first: Int, _ reader: JournalReader) throws -> Set<Int> {
        while true {
            let isRunning = try selection.hasCoordinator()
            if let attempt = try attempts(of: task, reader).dropFirst(first).first, let end = attempt.end {
                guard end.outcome == .completed else {
                    let reason = end.reason.map { ": \($0)" } ?? ""
                    throw CommandFailure("the execution did not end (\(end.outcome.rawValue)\(reason)); ask again")
                }
                Output.error("Trained again by \(attempt.worker) in \(attempt.end?.seconds.map(secondsText) ?? "?")")
                return try differences(of: task, by: attempt.attempt, reader)
            }
            guard isRunning else { throw CommandFailure("the coordinator ended before the task was trained again") }
            Thread.sleep(forTimeInterval: 0.5)
        }
    }

    private func attempts(of task: SweepTask, _ reader: JournalReader) throws -> [StoredAttempt] {
        var attempts: [StoredAttempt] = []
        try reader.read { try $0.forEachAttempt { if $0 == task.id { attempts.append($1) } } }
        return attempts
    }

    private func differences(of task: SweepTask, by attempt: Attempt, _ reader: JournalReader) throws -> Set<Int> {
        let all = try reader.read { try $0.disagreements() }
        return Set(all.filter { $0.task == task.id && $0.deliveredBy == attempt }.map(\.delivered.epoch))
    }

    private func secondsText(_ seconds: Double) -> String { String(format: "%.1f s", seconds) }
}
