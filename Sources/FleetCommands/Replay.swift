import CommandOutput
import Commands
import Experiment
import Foundation
import Journal

/// A finished task that is trained again, to compare every bit of every stored record.
package struct Replay {
    package let run: ChosenRun
    package let task: SweepTask
    private let reader: JournalReader
    private let records: [EpochRecord]
    private let earlier: [StoredAttempt]

    /// - Parameters:
    ///   - beginning: of the task's id.
    ///   - run: the sweep that has it.
    /// - Throws: `CommandFailure` where there is no such task or it is not finished; a `JournalError`.
    package init(of beginning: String, in run: ChosenRun) throws {
        self.run = run
        reader = try run.reader()
        let task = try reader.plan().tasks.chosen(by: beginning)
        let reader = reader
        records = try (1...task.parameters.epochs).compactMap { try reader.record(of: task.id, epoch: $0) }
        guard records.count == task.parameters.epochs else {
            throw CommandFailure("task \(task.id) is not finished, so there is nothing to compare with yet")
        }
        self.task = task
        earlier = try reader.attempts(of: task)
    }

    /// How many threads can train it here.
    ///
    /// - Throws: `CommandFailure` of code `.usage`.
    package static func check(threads: Int) throws(CommandFailure) {
        guard (1...1024).contains(threads) else {
            throw CommandFailure("--threads \(threads): give 1 to 1024", exitCode: .usage)
        }
    }

    /// In this process, for a sweep that does not run.
    package var here: LocalReplay { LocalReplay(task: task, records: records, attempt: earlier.count + 1) }

    // MARK: On a worker of the running sweep

    /// What became of the execution that a running coordinator was asked for.
    package enum Progress: Equatable {
        case running
        /// The epochs that came out different, and by whom it was trained in what time, in words.
        case done(differing: Set<Int>, note: String)
    }

    /// Looks once.
    ///
    /// - Parameter isServed: whether the coordinator was at work before this look: what it stores last is seen then.
    /// - Throws: `CommandFailure` where the execution came to nothing; a `JournalError`.
    package func progress(isServed: Bool) throws -> Progress {
        // The one that is open, which may have been asked for before, or the next one.
        let first = earlier.firstIndex { $0.end == nil } ?? earlier.count
        guard let attempt = try reader.attempts(of: task).dropFirst(first).first, let end = attempt.end else {
            guard isServed else { throw CommandFailure("the coordinator ended before the task was trained again") }
            return .running
        }
        guard end.outcome == .completed else {
            let reason = end.reason.map { ": \($0)" } ?? ""
            throw CommandFailure("the execution did not end (\(end.outcome.rawValue)\(reason)); ask again")
        }
        let time = end.seconds.map { String(format: "%.1f s", $0) } ?? "?"
        return .done(
            differing: try differences(by: attempt.attempt), note: "Trained again by \(attempt.worker) in \(time)")
    }

    private func differences(by attempt: Attempt) throws -> Set<Int> {
        let all = try reader.read { try $0.disagreements() }
        return Set(all.filter { $0.task == task.id && $0.deliveredBy == attempt }.map(\.delivered.epoch))
    }

    // MARK: The verdict

    /// A line for each epoch.
    package func lines(differing: Set<Int>) -> [String] {
        (1...task.parameters.epochs).map { epoch in
            "epoch \(epoch): \(differing.contains(epoch) ? "DIFFERENT" : "the same")"
        }
    }

    /// With what the command ends; `nil` where no record differs.
    package func failure(differing: Set<Int>) -> CommandFailure? {
        guard !differing.isEmpty else { return nil }
        return CommandFailure(
            "\(counted(differing.count, "record")) of task \(task.id) came out different; "
                + "run it on another host to learn which is wrong")
    }
}

extension JournalReader {
    fileprivate func attempts(of task: SweepTask) throws -> [StoredAttempt] {
        var attempts: [StoredAttempt] = []
        try read { try $0.forEachAttempt { if $0 == task.id { attempts.append($1) } } }
        return attempts
    }
}
