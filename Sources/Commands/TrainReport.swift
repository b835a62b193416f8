import CommandOutput
import Experiment
import Foundation
import Training

/// The lines of `sweep train`.
package struct TrainReport {
    private let format: OutputFormat
    private let imagesPerEpoch: Int

    package init(format: OutputFormat, imagesPerEpoch: Int) {
        self.format = format
        self.imagesPerEpoch = imagesPerEpoch
    }

    /// A step. In JSON, numbers are the shortest text that reads back to the same value.
    package func line(_ step: StepReport) -> String {
        let norm = step.gradientNorm ?? 0
        switch format {
        case .json:
            return "{\"epoch\":\(step.epoch),\"step\":\(step.step),\"loss\":\(step.loss),"
                + "\"gradient_norm\":\(shortestText(norm))}"
        case .text:
            return "epoch \(step.epoch) step \(step.step) loss \(fixed(Double(step.loss), 7)) "
                + "gradient_norm \(fixed(norm, 7))"
        }
    }

    /// An epoch: the notebook's line. `training` is the part of `total` without validation.
    package func line(_ record: EpochRecord, training: Duration, total: Duration) -> String {
        let metrics = record.metrics, seconds = total / .seconds(1)
        switch format {
        case .json:
            let values = Metric.allCases.map { "\"\($0.rawValue)\":\(shortestText(metrics[$0]))" }
            return "{\"epoch\":\(record.epoch),\(values.joined(separator: ",")),\"seconds\":\(fixed(seconds, 3))}"
        case .text:
            let losses = "train_loss \(fixed(metrics.trainLoss, 6)) val_loss \(fixed(metrics.valLoss, 6))"
            let accuracies = "train_acc \(fixed(metrics.trainAccuracy, 4)) val_acc \(fixed(metrics.valAccuracy, 4))"
            let rate = fixed(Double(imagesPerEpoch) / (training / .seconds(1)), 0)
            return "epoch \(record.epoch) \(losses) \(accuracies)  \(fixed(seconds, 2)) seconds, \(rate) images/s"
        }
    }

    /// The status line under way.
    package func status(_ step: StepReport, stepsLeft: Int, time: Duration) -> String {
        let left = stepsLeft > 0 ? "\(stepsLeft) steps left" : "validating"
        return "epoch \(step.epoch), step \(step.step), \(left), loss \(fixed(Double(step.loss), 4)), "
            + "\(fixed(time / .seconds(1), 0)) s"
    }
}

private func fixed(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
}
