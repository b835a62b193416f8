import Experiment
import Testing
import Verification

/// Which tasks are trained again, and how a difference is named.
struct SampleTests {
    private let tasks = (0..<60).map { number in
        TaskID(parameters: TaskParameters(seed: number), data: imagesDigest)
    }

    @Test func `the same seed chooses the same tasks, whatever their order`() {
        let sample = TaskSample(seed: 7, size: .count(5))
        #expect(sample.chosen(from: tasks) == sample.chosen(from: tasks.reversed()))
        #expect(Set(sample.chosen(from: tasks)).count == 5)
        #expect(sample.chosen(from: tasks) != TaskSample(seed: 8, size: .count(5)).chosen(from: tasks))
    }

    /// `printf '7 %s' TASK | sha256sum`, for two tasks.
    @Test func `the lowest digest of seed and task is the first`() throws {
        let known = ["00000000000000000000000000000000", "ffffffffffffffffffffffffffffffff"].map {
            TaskID(rawValue: $0)!
        }
        // 706f8a54… and 68046ad9…
        #expect(TaskSample(seed: 7, size: .count(2)).chosen(from: known) == [known[1], known[0]])
    }

    @Test func `a larger sample has all tasks of a smaller one`() {
        let large = TaskSample(seed: 7, size: .count(20)).chosen(from: tasks)
        #expect(TaskSample(seed: 7, size: .count(5)).chosen(from: tasks) == Array(large.prefix(5)))
    }

    @Test(arguments: [
        (TaskSample.Size.share(0.05), 3), (.share(0.01), 1), (.share(0), 0), (.share(1), 60), (.count(0), 0),
        (.count(100), 60),
    ])
    func `a share is rounded up, and no more are chosen than there are`(size: TaskSample.Size, count: Int) {
        #expect(TaskSample(seed: 1, size: size).chosen(from: tasks).count == count)
    }

    @Test func `seven percent of a hundred tasks are seven`() {
        let hundred = (0..<100).map { TaskID(parameters: TaskParameters(seed: $0), data: imagesDigest) }
        #expect(0.07 * 100 > 7 && TaskSample(seed: 1, size: .share(0.07)).chosen(from: hundred).count == 7)
    }

    // MARK: Differences

    private let task = SweepTask(
        parameters: TaskParameters(batchSize: 16, epochs: 3, captureGradients: true, trainLimit: 32, testLimit: 40),
        data: .shapes, dataDigest: imagesDigest)

    private var record: EpochRecord { SampleSweep.records(of: task, epochs: 1)[0] }

    private func difference(_ change: (inout EpochRecord) -> Void) -> RecordDifference? {
        var changed = record
        change(&changed)
        return RecordDifference(published: record, trained: changed)
    }

    @Test func `the first number that differs is named, with both values`() {
        #expect(difference { _ in } == nil)
        let loss = difference {
            $0.metrics.valLoss = $0.metrics.valLoss.nextUp
            $0.gradientNorms[0] = 0
        }
        #expect(loss?.epoch == 1 && loss?.field == "val_loss")
        #expect(loss?.published == shortestText(record.metrics.valLoss) && loss?.trained != loss?.published)
        let norm = difference { $0.gradientNorms[1] = 0 }
        #expect(
            norm
                == RecordDifference(
                    epoch: 1, field: "the gradient norm of the epoch's step 2", published: "5e-324", trained: "0"))
        let sample = difference { $0.layerGradients[2].values[499] = 0.25 }
        #expect(sample?.field == "gradient 500 of conv3" && sample?.trained == "0.25")
        #expect(difference { $0.gradientNorms = [] }?.trained == "0")
        #expect(difference { $0.layerGradients = [] }?.trained == "none")
        #expect(difference { $0.layerGradients[0].values = [] }?.field == "the number of gradients of conv1")
    }
}
