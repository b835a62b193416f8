import CommandOutput
import DurableFiles
import Experiment
import Training
import Verification

/// Trains a task again and compares every record with the published one.
struct Retraining {
    /// A state takes 4 MB, so short epochs have none each.
    private static let checkpointPause = Duration.seconds(2)

    let images: DataSet
    let threads: Int
    /// Asked before each batch.
    let isStopped: () -> Bool
    /// Told which epoch is trained now.
    let onEpoch: (Int) -> Void

    /// - Parameter records: all that were published of the task, by epoch.
    /// - Throws: `RecordDifference` where one came out different; a `TrainingError`, of code `.stopped` where somebody
    ///   asked for it, and then the state of the last whole epoch is kept; `FileFault` where it cannot be;
    ///   `CommandFailure` where the state that was kept cannot be read.
    func run(_ task: SweepTask, against records: [EpochRecord], state: VerifyState) throws {
        let trainer = try trainer(of: task, state)
        var unkept: Checkpoint?
        var lastKept = ContinuousClock.now
        while trainer.completedEpochs < records.count {
            let epoch = trainer.completedEpochs + 1
            onEpoch(epoch)
            let record: EpochRecord
            do {
                record = try trainer.trainEpoch(until: isStopped)
            } catch {
                if error.code == .stopped, let unkept { try state.keep(unkept) }
                throw Self.difference(error, from: records[epoch - 1]) ?? error
            }
            if let difference = RecordDifference(published: records[epoch - 1], trained: record) { throw difference }
            guard epoch < records.count else { return }
            unkept = trainer.checkpoint()
            if let checkpoint = unkept, .now - lastKept > Self.checkpointPause {
                try state.keep(checkpoint)
                (unkept, lastKept) = (nil, .now)
            }
        }
    }

    private func trainer(of task: SweepTask, _ state: VerifyState) throws -> Trainer {
        let options = TrainerOptions(threads: threads)
        // Where the checkpoint is damaged, or this build does not take it, the task begins at its first epoch.
        if let checkpoint = try state.checkpoint(of: task),
            let trainer = try? Trainer(resuming: checkpoint, data: images, options: options)
        {
            return trainer
        }
        return try Trainer(parameters: task.parameters, data: images, options: options)
    }

    /// A loss that is not finite here was finite elsewhere.
    private static func difference(_ error: TrainingError, from record: EpochRecord) -> RecordDifference? {
        guard error.code == .diverged else { return nil }
        return RecordDifference(
            epoch: record.epoch, field: Metric.trainLoss.rawValue, published: shortestText(record.metrics.trainLoss),
            trained: "none, since \(error.message)")
    }
}
