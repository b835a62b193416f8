import CommandOutput
import Commands
import Experiment
import Foundation
import Journal
import Messages
import Status

/// A finished task that is trained again, to compare every bit of every stored record.
package struct Replay {
    package let run: ChosenRun
    package let task: SweepTask
    private let reader: JournalReader
    /// What had happened to the task before anything was asked for.
    private let history: TaskHistory

    /// - Parameters:
    ///   - beginning: of the task's id.
    ///   - run: the sweep that has it.
    /// - Throws: `CommandFailure` where there is no such task or it is not finished; a `JournalError`.
    package init(of beginning: String, in run: ChosenRun) throws {
        self.run = run
        reader = try run.reader()
        let task = try reader.plan().tasks.chosen(by: beginning)
        self.task = task
        history = try reader.read { try $0.history(of: task) }
        guard history.phase(of: task) == .done else {
            throw CommandFailure(SweepAnswer.reasonOfUnfinished(task.id))
        }
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
    ///
    /// - Throws: a `JournalError`.
    package func here() throws -> LocalReplay {
        var records: [EpochRecord] = []
        try reader.read {
            try $0.forEachRecord(of: task, from: 1, limit: .max, gradients: true) { records.append($0) }
        }
        return LocalReplay(task: task, records: records, attempt: next)
    }

    private var next: Attempt { Attempt(rawValue: history.attempts.count + 1) }

    /// Trains the task again: on a worker of the sweep while that runs, otherwise in this process.
    ///
    /// - Parameters:
    ///   - data: here, where CIFAR-10's batches are; `nil` for the cache.
    ///   - threads: here.
    ///   - say: tells a person, in a line.
    ///   - pause: waits a moment, between two looks at what a worker does.
    /// - Returns: the epochs that came out different.
    /// - Throws: `CommandFailure`, a `JournalError`, a `TrainingError`.
    package func perform(data: String?, threads: Int, say: (String) -> Void, pause: () -> Void) throws -> Set<Int> {
        guard let count = try run.askIfRunning(.audit(task.id)) else {
            say("Replaying \(task.summary)")
            try reportMissingOutcomes(to: say)
            return try here().run(in: run.directory, data: data, threads: threads, complain: say)
        }
        try reportMissingOutcomes(to: say)
        say(count == 0 ? "A worker trains \(task.summary) again already" : "A worker replays \(task.summary)")
        return try follow(isServed: run.hasCoordinator, say: say, pause: pause)
    }

    private func reportMissingOutcomes(to say: (String) -> Void) throws {
        guard try reader.read({ try $0.outcomes(of: task) }) == nil else { return }
        say("Which test images are right is not compared: an earlier version trained the task and did not store it")
    }

    // MARK: On a worker of the running sweep

    /// Waits for the end of the execution on a worker.
    ///
    /// - Parameter isServed: whether the coordinator is at work, asked before each look.
    /// - Throws: as `progress`.
    package func follow(isServed: () throws -> Bool, say: (String) -> Void, pause: () -> Void) throws -> Set<Int> {
        while true {
            if case .done(let differing, let note) = try progress(isServed: isServed()) {
                say(note)
                return differing
            }
            pause()
        }
    }

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
        // The audit that is open may have been asked for before.
        let awaited = AttemptKey(task: task.id, attempt: history.openAudit ?? next)
        let (attempt, differing) = try reader.read {
            (try $0.attempt(awaited), try $0.disagreements(of: awaited).map(\.delivered.epoch))
        }
        guard let attempt, let end = attempt.end else {
            guard isServed else { throw CommandFailure("the coordinator ended before the task was trained again") }
            return .running
        }
        guard end.outcome == .completed else {
            let reason = end.reason.map { ": \($0)" } ?? ""
            throw CommandFailure("the execution did not end (\(end.outcome.rawValue)\(reason)); ask again")
        }
        let time = end.seconds.map { String(format: "%.1f s", $0) } ?? "?"
        return .done(differing: Set(differing), note: "Trained again by \(attempt.worker) in \(time)")
    }

    // MARK: The verdict

    /// A line for each epoch.
    package func lines(differing: Set<Int>) -> [String] {
        (1...task.parameters.epochs).map { epoch in
            "epoch \(epoch): \(differing.contains(epoch) ? "DIFFERENT" : "the same")"
        }
    }

    /// The failure with which the command ends; `nil` where no record differs.
    package func failure(differing: Set<Int>) -> CommandFailure? {
        guard !differing.isEmpty else { return nil }
        return CommandFailure(
            "\(counted(differing.count, "record")) of task \(task.id) came out different; "
                + "run it on another host to learn which is wrong")
    }
}
