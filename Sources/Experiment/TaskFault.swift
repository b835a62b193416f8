/// Why what a peer reports of a task cannot have come of that task: one sentence, with the number.
///
/// What has no fault may still be wrong. Only a second execution tells.
public struct TaskFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The field as people know it: `val_acc`, `gradient_norms`.
    public let field: String
    public let description: String

    init(_ field: String, _ reason: String) {
        self.field = field
        description = "\(field): \(reason)"
    }
}

extension EpochMetrics {
    /// Every loss is below it. A batch's loss is rounded to single precision, which ends at 3.4e38, and a training
    /// whose loss is not finite is over; a mean of such losses is not larger than the largest of them, but for
    /// rounding.
    static let lossLimit = 1e39
}

extension EpochRecord {
    /// Why no trainer reports this for an epoch of `task`; `nil` where one can.
    public func fault(in task: SweepTask) -> TaskFault? {
        epochFault(in: task) ?? lossFault ?? accuracyFault(in: task) ?? gradientNormFault(in: task)
            ?? layerFault(in: task) ?? outcomeFault(in: task)
    }

    /// The same for a record that was read without its gradients.
    package func metricFault(in task: SweepTask) -> TaskFault? {
        epochFault(in: task) ?? lossFault ?? accuracyFault(in: task)
    }

    private func epochFault(in task: SweepTask) -> TaskFault? {
        let epochs = task.parameters.epochs
        guard !(1...epochs).contains(epoch) else { return nil }
        return TaskFault("epoch", "\(epoch) is none of the task's 1 to \(epochs)")
    }

    private var lossFault: TaskFault? {
        for metric in [Metric.trainLoss, .valLoss] {
            let loss = metrics[metric]
            // A sum that begins at 0 never becomes −0.
            guard loss.sign == .plus, loss < EpochMetrics.lossLimit else {
                return TaskFault(
                    metric.rawValue, "\(shortestText(loss)) is no loss, which is from 0 to \(EpochMetrics.lossLimit)")
            }
        }
        return nil
    }

    private func accuracyFault(in task: SweepTask) -> TaskFault? {
        for (metric, count) in [(Metric.trainAccuracy, task.images.train), (.valAccuracy, task.images.test)]
        where !isShare(metrics[metric], of: count) {
            return TaskFault(
                metric.rawValue,
                "\(shortestText(metrics[metric])) is not the percentage of any number of \(count) images")
        }
        return nil
    }

    private func gradientNormFault(in task: SweepTask) -> TaskFault? {
        let expected = task.parameters.captureGradients ? task.stepsPerEpoch : 0
        guard gradientNorms.count == expected else {
            return TaskFault(
                "gradient_norms", "\(counted(gradientNorms.count, "value")), but an epoch of the task has \(expected)")
        }
        // Infinity passes: the squares of finite gradients may be too large for single precision, and training goes on.
        // A gradient that is NaN makes the next loss NaN, which ends the training before its epoch is reported.
        guard let index = gradientNorms.firstIndex(where: { $0.isNaN || $0.sign == .minus }) else { return nil }
        return TaskFault(
            "gradient_norms", "\(shortestText(gradientNorms[index])) in step \(index + 1) of the epoch is no norm")
    }

    private func layerFault(in task: SweepTask) -> TaskFault? {
        let isSampled = task.parameters.samplesLayers(inEpoch: epoch)
        let expected = isSampled ? LayerGradientSample.layers : []
        guard layerGradients.map(\.layer) == expected else {
            let names = layerGradients.prefix(4).map { singleLine($0.layer) }.joined(separator: ", ")
            return TaskFault(
                "layer_gradients",
                "\(counted(layerGradients.count, "layer"))\(names.isEmpty ? "" : " (\(names))"), but epoch \(epoch) of "
                    + "the task has \(expected.isEmpty ? "none" : expected.joined(separator: ", "))")
        }
        for sample in layerGradients {
            guard sample.values.count == LayerGradientSample.valueCount else {
                return TaskFault(
                    "layer_gradients",
                    "\(counted(sample.values.count, "value")) of \(sample.layer) instead of "
                        + "\(LayerGradientSample.valueCount)")
            }
            // An infinite gradient makes its weight NaN.
            if let value = sample.values.first(where: { !$0.isFinite }) {
                return TaskFault("layer_gradients", "\(value) of \(sample.layer) is no finite number")
            }
        }
        return nil
    }

    /// None with the last epoch is no fault: a worker of an earlier version sends none, and is no liar for that.
    private func outcomeFault(in task: SweepTask) -> TaskFault? {
        guard let outcomes else { return nil }
        let (epochs, count) = (task.parameters.epochs, task.images.test)
        guard epoch == epochs else {
            return TaskFault("outcomes", "\(counted(outcomes.count, "image")) in epoch \(epoch), before the last one")
        }
        guard outcomes.count == count else {
            return TaskFault("outcomes", "\(counted(outcomes.count, "image")), but the task is tested with \(count)")
        }
        // As a trainer calculates it.
        let right = outcomes.rightCount
        guard metrics.valAccuracy == 100 * Double(right) / Double(count) else {
            return TaskFault(
                "outcomes",
                "\(right) of \(count) images are right, but val_acc is \(shortestText(metrics.valAccuracy))")
        }
        return nil
    }
}

/// Whether some number of `count` images, in percent and as a trainer calculates it, has exactly these bits.
private func isShare(_ percent: Double, of count: Int) -> Bool {
    guard percent.sign == .plus, percent <= 100 else { return false }
    return 100 * (percent / 100 * Double(count)).rounded() / Double(count) == percent
}
