import Experiment
import Statistics

/// Pretends to train: a record is a pure function of the task and the epoch, as that of a real trainer is.
package enum PretendTraining {
    package static let digest = DataDigest(rawValue: String(repeating: "5", count: 64))!

    /// The digest of images that are not the sweep's.
    static let otherDigest = DataDigest(rawValue: String(repeating: "6", count: 64))!

    package static func task(_ number: Int, epochs: Int) -> SweepTask {
        SweepTask(parameters: TaskParameters(seed: number, epochs: epochs), data: .shapes, dataDigest: digest)
    }

    package static func record(of task: SweepTask, epoch: Int) -> EpochRecord {
        var random = SeededRandom(seed: UInt64(task.parameters.seed) << 16 | UInt64(epoch))
        func accuracy(of count: Int) -> Double { 100 * Double(random.integer(0...count)) / Double(count) }
        let metrics = EpochMetrics(
            trainLoss: Double(random.next()), valLoss: Double(random.next()),
            trainAccuracy: accuracy(of: task.images.train), valAccuracy: accuracy(of: task.images.test))
        return EpochRecord(
            epoch: epoch, metrics: metrics,
            outcomes: epoch == task.parameters.epochs ? outcomes(of: task, metrics) : nil
        )
    }

    /// As many images are right as the accuracy says: those from one that differs from task to task on.
    private static func outcomes(of task: SweepTask, _ metrics: EpochMetrics) -> ImageOutcomes {
        let count = task.images.test, first = task.parameters.seed % count
        let right = Int((metrics.valAccuracy / 100 * Double(count)).rounded())
        return ImageOutcomes((0..<count).map { ($0 + first) % count < right })
    }

    /// As many images right, and others than these, so that the accuracy is the same; `nil` where there are none such.
    package static func otherOutcomes(than outcomes: ImageOutcomes?) -> ImageOutcomes? {
        guard let outcomes, outcomes.count > 0 else { return nil }
        let other = ImageOutcomes((0..<outcomes.count).map { outcomes[($0 + 1) % outcomes.count] })
        return other == outcomes ? nil : other
    }

    /// The state after an epoch: a checkpoint of a few pieces.
    package static func checkpoint(of task: SweepTask, epoch: Int) -> CheckpointContent {
        var random = SeededRandom(seed: UInt64(task.parameters.seed) << 16 | UInt64(epoch) | 1 << 60)
        let bytes = (0..<40).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        return CheckpointContent(epoch: epoch, bytes: bytes)
    }

    /// The record of a trainer whose state is another one than it should be, or whose host computes wrongly.
    package static func wrongRecord(of task: SweepTask, epoch: Int) -> EpochRecord {
        var record = record(of: task, epoch: epoch)
        record.metrics.valLoss = record.metrics.valLoss.nextUp
        return record
    }

    /// The epoch in which the loss of this task stops being finite, on every host; `nil` for most.
    package static func divergence(of task: SweepTask) -> Int? {
        task.parameters.seed % 11 == 7 ? task.parameters.epochs : nil
    }
}
