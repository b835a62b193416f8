import Experiment
import Statistics
import Testing

struct TaskFaultTests {
    /// 7 steps an epoch, the last of 4 images; a test limit beyond the data set's 600 images.
    private let task = SweepTask(
        parameters: TaskParameters(
            batchSize: 16, epochs: 5, captureGradients: true, trainLimit: 100, testLimit: 1_000_000), data: .shapes,
        dataDigest: DataDigest(standingInFor: .shapes))

    private func record(epoch: Int = 3) -> EpochRecord {
        let layers = ["conv1", "conv2", "conv3"].map {
            LayerGradientSample(layer: $0, values: Array(repeating: 0.5, count: 500))
        }
        return EpochRecord(
            epoch: epoch,
            metrics: EpochMetrics(trainLoss: 1, valLoss: 0, trainAccuracy: 37, valAccuracy: 100 * 1 / 600.0),
            gradientNorms: Array(repeating: 1, count: 7), layerGradients: [1, 3, 5].contains(epoch) ? layers : [])
    }

    @Test func `a task has the images that its limits leave, and a step for the last, smaller batch`() {
        #expect(task.images == ImageCounts(train: 100, test: 600))
        #expect(task.stepsPerEpoch == 7)
        let whole = SweepTask(
            parameters: TaskParameters(batchSize: 64), data: .cifar10, dataDigest: DataDigest(standingInFor: .cifar10))
        #expect(whole.images == ImageCounts(train: 50_000, test: 10_000) && whole.stepsPerEpoch == 782)
    }

    @Test(arguments: 1...5)
    func `a record that a trainer could report has no fault`(epoch: Int) {
        #expect(record(epoch: epoch).fault(in: task) == nil)
    }

    /// Every number of images is a percentage; the ones beside it are none.
    @Test(arguments: [1, 2, 3, 7, 600, 3_000, 10_000, 49_999, 50_000])
    func `every accuracy that is possible is taken, and its neighbours are not`(images: Int) {
        let task = SweepTask(
            parameters: TaskParameters(epochs: 5, trainLimit: images), data: .cifar10, dataDigest: task.dataDigest)
        var record = EpochRecord(
            epoch: 2, metrics: EpochMetrics(trainLoss: 0, valLoss: 0, trainAccuracy: 0, valAccuracy: 0))
        var failures: [Int] = []
        for correct in 0...images {
            let accuracy = 100 * Double(correct) / Double(images)
            for (value, isPossible) in [(accuracy, true), (accuracy.nextUp, false), (accuracy.nextDown, false)] {
                record.metrics.trainAccuracy = value
                if (record.fault(in: task) == nil) != isPossible { failures.append(correct) }
            }
        }
        #expect(failures.isEmpty)
    }

    @Test func `a fault is one sentence with the number`() {
        func text(_ change: (inout EpochRecord) -> Void) -> String? {
            var record = record()
            change(&record)
            return record.fault(in: task)?.description
        }
        #expect(text { $0.epoch = 6 } == "epoch: 6 is none of the task's 1 to 5")
        #expect(
            text { $0.metrics.trainLoss = -1e300 } == "train_loss: -1e+300 is no loss, which is from 0 to 1e+39")
        #expect(text { $0.metrics.valLoss = -0.0 } == "val_loss: -0 is no loss, which is from 0 to 1e+39")
        #expect(
            text { $0.metrics.valAccuracy = 1e300 }
                == "val_acc: 1e+300 is not the percentage of any number of 600 images")
        #expect(
            text { $0.gradientNorms = [1, 2] } == "gradient_norms: 2 values, but an epoch of the task has 7")
        #expect(text { $0.gradientNorms[4] = .nan } == "gradient_norms: nan in step 5 of the epoch is no norm")
        #expect(
            text { $0.layerGradients.swapAt(0, 1) }
                == "layer_gradients: 3 layers (conv2, conv1, conv3), but epoch 3 of the task has conv1, conv2, conv3")
        #expect(
            text { $0.epoch = 2 }
                == "layer_gradients: 3 layers (conv1, conv2, conv3), but epoch 2 of the task has none")
        #expect(text { $0.layerGradients[2].values = [] } == "layer_gradients: 0 values of conv3 instead of 500")
        #expect(
            text { $0.layerGradients[1].values[9] = -.infinity } == "layer_gradients: -inf of conv2 is no finite number"
        )
        #expect(
            text { $0.layerGradients = [] }?.hasSuffix("0 layers, but epoch 3 of the task has conv1, conv2, conv3")
                == true)
    }

    @Test func `a squared gradient may be too large for single precision`() {
        var record = record()
        record.gradientNorms[0] = .infinity
        #expect(record.fault(in: task) == nil)
    }

    @Test func `gradients of a task that captures none are a fault`() {
        let plain = SweepTask(
            parameters: TaskParameters(batchSize: 16, epochs: 5, trainLimit: 100), data: .shapes,
            dataDigest: task.dataDigest)
        #expect(record().fault(in: plain)?.field == "gradient_norms")
        var record = record()
        record.gradientNorms = []
        #expect(record.fault(in: plain)?.field == "layer_gradients")
        record.layerGradients = []
        #expect(record.fault(in: plain) == nil)
    }

    private func outcomes(_ count: Int, right: Int) -> ImageOutcomes {
        ImageOutcomes((0..<count).map { $0 >= count - right })
    }

    @Test func `which images are right belongs to the last epoch, and fits the accuracy`() {
        func fault(epoch: Int = 5, _ outcomes: ImageOutcomes?) -> String? {
            var record = record(epoch: epoch)
            record.outcomes = outcomes
            return record.fault(in: task)?.description
        }
        // val_acc is that of 1 of 600.
        #expect(fault(outcomes(600, right: 1)) == nil)
        #expect(fault(nil) == nil, "an earlier version does not tell")
        #expect(fault(epoch: 4, outcomes(600, right: 1)) == "outcomes: 600 images in epoch 4, before the last one")
        #expect(fault(outcomes(599, right: 1)) == "outcomes: 599 images, but the task is tested with 600")
        #expect(fault(outcomes(608, right: 1)) == "outcomes: 608 images, but the task is tested with 600")
        for right in [0, 2, 600] {
            #expect(
                fault(outcomes(600, right: right))
                    == "outcomes: \(right) of 600 images are right, but val_acc is 0.16666666666666666")
        }
    }

    @Test(arguments: [1, 3, 7, 600, 9_999, 10_000])
    func `every accuracy fits so many right images, and no other number`(images: Int) {
        let task = SweepTask(
            parameters: TaskParameters(epochs: 1, testLimit: images), data: .cifar10, dataDigest: task.dataDigest)
        var record = EpochRecord(
            epoch: 1, metrics: EpochMetrics(trainLoss: 0, valLoss: 0, trainAccuracy: 0, valAccuracy: 0))
        for right in stride(from: 0, through: images, by: max(1, images / 97)) {
            record.metrics.valAccuracy = 100 * Double(right) / Double(images)
            record.outcomes = outcomes(images, right: right)
            #expect(record.fault(in: task) == nil, "\(right)")
            record.outcomes = outcomes(images, right: right == images ? right - 1 : right + 1)
            #expect(record.fault(in: task)?.field == "outcomes", "\(right)")
        }
    }

    @Test func `records agree where both tell the same, and one that does not tell agrees`() {
        var (told, untold, other) = (record(epoch: 5), record(epoch: 5), record(epoch: 5))
        told.outcomes = outcomes(600, right: 1)
        other.outcomes = ImageOutcomes((0..<600).map { $0 == 0 })
        #expect(told.agrees(with: told) && told.agrees(with: untold) && untold.agrees(with: told))
        #expect(!told.agrees(with: other) && told != other && told != untold)
        untold.metrics.valLoss = -0.0
        #expect(!told.agrees(with: untold))
    }
}
