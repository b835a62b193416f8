import Commands
import Experiment
import Testing
import Training

/// The lines of sweep train.
struct TrainReportTests {
    private let record = EpochRecord(
        epoch: 2,
        metrics: EpochMetrics(trainLoss: 1.5, valLoss: 0.1 + 0.2, trainAccuracy: 62.5, valAccuracy: 100.0 / 3))
    private let step = StepReport(epoch: 1, step: 12, loss: 2.25, gradientNorm: 0.125)

    @Test func `lines for people have so many digits, and images a second without validation`() {
        let report = TrainReport(format: .text, imagesPerEpoch: 1000)
        #expect(
            report.line(record, training: .seconds(2), total: .milliseconds(2500))
                == "epoch 2 train_loss 1.500000 val_loss 0.300000 train_acc 62.5000 val_acc 33.3333  2.50 seconds, "
                + "500 images/s")
        #expect(report.line(step) == "epoch 1 step 12 loss 2.2500000 gradient_norm 0.1250000")
    }

    @Test func `numbers for programs are the shortest text that reads back`() {
        let report = TrainReport(format: .json, imagesPerEpoch: 1000)
        #expect(
            report.line(record, training: .seconds(2), total: .milliseconds(2500))
                == #"{"epoch":2,"train_loss":1.5,"val_loss":0.30000000000000004,"train_acc":62.5,"#
                + #""val_acc":33.333333333333336,"seconds":2.500}"#)
        #expect(report.line(step) == #"{"epoch":1,"step":12,"loss":2.25,"gradient_norm":0.125}"#)
    }

    @Test func `an epoch under way shows the steps that are left, and then validation`() {
        let report = TrainReport(format: .text, imagesPerEpoch: 1000)
        #expect(
            report.status(step, stepsLeft: 3, time: .milliseconds(1400))
                == "epoch 1, step 12, 3 steps left, loss 2.2500, 1 s")
        #expect(
            report.status(step, stepsLeft: 0, time: .seconds(9)) == "epoch 1, step 12, validating, loss 2.2500, 9 s")
    }
}
