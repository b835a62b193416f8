import CommandOutput
import Commands
import Experiment
import Foundation
import Journal
import Logging
import Reporting
import Results
import Training
import WorkerAgent

/// A second execution of a finished task in this process, for a sweep that does not run.
package struct LocalReplay {
    private let task: SweepTask
    private let records: [EpochRecord]
    private let attempt: Attempt

    /// - Parameters:
    ///   - records: all that are stored of the task, by epoch.
    ///   - attempt: its number among the task's attempts.
    package init(task: SweepTask, records: [EpochRecord], attempt: Attempt) {
        self.task = task
        self.records = records
        self.attempt = attempt
    }

    /// The epochs that came out different. What was found is stored in one transaction at the end, so that a replay
    /// that was interrupted leaves nothing.
    ///
    /// - Parameters:
    ///   - data: where CIFAR-10's batches are; `nil` for the cache.
    ///   - complain: told, in a line, where what was found cannot be stored: that keeps nobody from comparing.
    /// - Throws: `CommandFailure` where the images are not those of the sweep; a `TrainingError`.
    package func run(
        in directory: RunDirectory, data: String?, threads: Int, complain: (String) -> Void
    ) throws -> Set<Int> {
        let images = try DataSet.images(of: task, in: data)
        let started = Date(), clock = ContinuousClock.now
        let trainer = try Trainer(parameters: task.parameters, data: images, options: TrainerOptions(threads: threads))
        var differing: [EpochRecord] = []
        for stored in records {
            let record = try trainer.trainEpoch()
            if !record.agrees(with: stored) { differing.append(record) }
        }
        do {
            try store(differing, in: directory, started: started, seconds: (ContinuousClock.now - clock) / .seconds(1))
        } catch {
            complain("This replay is not stored: \(error)")
        }
        return Set(differing.map(\.epoch))
    }

    /// Logs what a coordinator would.
    private func log(_ differing: [EpochRecord], by key: AttemptKey, in directory: RunDirectory) throws {
        guard !differing.isEmpty else { return }
        let path = "\(directory.logs)/coordinator.log"
        let handler = try LineLog.appending(to: path, label: "replay", level: .info, format: .text)
        let log = Logger(label: "replay") { _ in handler }
        for record in differing {
            log.critical(
                "a second execution gave other bits",
                metadata: ["task": "\(key.task)", "epoch": "\(record.epoch)", "attempt": "\(key.attempt.rawValue)"])
        }
    }

    private func store(
        _ differing: [EpochRecord], in directory: RunDirectory, started: Date, seconds: Double
    ) throws {
        let key = AttemptKey(task: task.id, attempt: attempt)
        let facts = HostFacts.inspect(.inspect(), build: Version.build)
        let worker = WorkerID.madeUp(WorkerID.replayPrefix)
        let end = StoredEnd(outcome: .completed, reason: "sweep replay", seconds: seconds, at: Date())
        let journal = try Journal.open(in: directory)
        defer { try? journal.close() }
        try journal.commit(
            [.attemptStarted(key, worker: worker, facts: facts, at: started)]
                + differing.map { .recordDiffered($0, by: key, at: Date()) } + [.attemptEnded(key, end)])
        try log(differing, by: key, in: directory)
        var writer = ReportWriter(directory: directory.path)
        try journal.reader.readReport { try writer.writeAll($0) }
    }
}
