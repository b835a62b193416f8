import Experiment
import Statistics

/// What a trainer reports that does not train: a pure function of the task and the epoch, as a real record is, so that
/// a second execution has the same bits and raises no alarm.
package enum NoOpTraining {
    /// Losses that fall and accuracies that rise, with some noise of the task's own.
    package static func record(of task: SweepTask, epoch: Int) -> EpochRecord {
        var random = SeededRandom(seed: seed(of: task.parameters, epoch: epoch))
        func noise(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &random) }
        let rest = 1 / (1 + 0.3 * Double(epoch))
        /// A percentage that some number of `count` images has, as a coordinator demands.
        func share(_ percent: Double, of count: Int) -> Double {
            100 * (min(max(percent, 0), 100) / 100 * Double(count)).rounded() / Double(count)
        }
        let metrics = EpochMetrics(
            trainLoss: 2.3 * rest + noise(0...0.05), valLoss: 2.3 * rest + noise(0.05...0.1),
            trainAccuracy: share(95 - 85 * rest + noise(-2...2), of: task.images.train),
            valAccuracy: share(93 - 85 * rest + noise(-2...2), of: task.images.test))
        let isLast = epoch == task.parameters.epochs
        return EpochRecord(
            epoch: epoch, metrics: metrics,
            outcomes: isLast ? outcomes(of: task.images.test, accuracy: metrics.valAccuracy) : nil)
    }

    /// The first images are right, as many as the accuracy says.
    private static func outcomes(of count: Int, accuracy: Double) -> ImageOutcomes {
        let right = Int((accuracy / 100 * Double(count)).rounded())
        let bytes = (0..<(count + 7) / 8).map { UInt8((1 << min(8, max(0, right - 8 * $0))) - 1) }
        guard let outcomes = ImageOutcomes(count: count, bytes: bytes) else { preconditionFailure("\(accuracy) %") }
        return outcomes
    }

    private static func seed(of parameters: TaskParameters, epoch: Int) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in [
            UInt64(parameters.seed), UInt64(parameters.batchSize), parameters.learningRate.bitPattern,
            UInt64(Norm.allCases.firstIndex(of: parameters.norm)!), UInt64(epoch),
        ] {
            hash = (hash ^ part) &* 0x100_0000_01b3
        }
        return hash
    }
}
