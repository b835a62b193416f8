import Experiment
import Testing
import Training
import TrainingFixtures

/// A training has the same bits whatever the threads, the kernels or the interruptions.
struct SameBitsTests {
    /// A batch of 36 in four shards with blocks that are not full, and a last one of 14 in one shard.
    static func parameters(_ norm: Norm) -> TaskParameters {
        TaskParameters(norm: norm, batchSize: 36, seed: 3, epochs: 2, captureGradients: true)
    }

    static let data = FormulaImages.dataSet(train: 50, test: 10)

    static func run(_ norm: Norm, _ options: TrainerOptions) throws -> (records: [EpochRecord], state: Checkpoint) {
        let trainer = try Trainer(parameters: parameters(norm), data: data, options: options)
        let records = try (0..<2).map { _ in try trainer.trainEpoch() }
        return (records, trainer.checkpoint())
    }

    @Test(arguments: Norm.allCases)
    func `any number of threads gives the same bits`(norm: Norm) throws {
        let one = try Self.run(norm, TrainerOptions(threads: 1))
        #expect(one.records.map { $0.outcomes?.count } == [nil, 10])
        for threads in [2, 3] {
            let several = try Self.run(norm, TrainerOptions(threads: threads))
            #expect(several.records == one.records)
            #expect(several.state == one.state)
        }
    }

    @Test(arguments: Norm.allCases)
    func `any kernels give the same bits`(norm: Norm) throws {
        let reference = try Self.run(norm, TrainerOptions(kernels: .reference))
        for kernels in KernelSelection.allCases where kernels.isAvailable {
            let other = try Self.run(norm, TrainerOptions(kernels: kernels))
            #expect(other.records == reference.records)
            #expect(other.state == reference.state)
        }
    }

    /// Weights change without their gradient ever being stored, but where somebody reads it. Batches of one shard and
    /// of several.
    @Test(arguments: Norm.allCases, [8, 36])
    func `the bits are the same whether gradients are kept or not`(norm: Norm, batchSize: Int) throws {
        let parameters = TaskParameters(norm: norm, batchSize: batchSize, seed: 3, epochs: 1)
        let state = { (options: TrainerOptions) in
            let trainer = try Trainer(parameters: parameters, data: Self.data, options: options)
            _ = try trainer.trainEpoch()
            return trainer.checkpoint()
        }
        let kept = try state(TrainerOptions(reportsGradientNorms: true))
        for kernels in KernelSelection.allCases where kernels.isAvailable {
            #expect(try state(TrainerOptions(threads: 2, kernels: kernels)) == kept)
        }
    }

    @Test(arguments: Norm.allCases)
    func `a training that is resumed from a checkpoint gives the same bits`(norm: Norm) throws {
        let whole = try Self.run(norm, TrainerOptions())
        let first = try Trainer(parameters: Self.parameters(norm), data: Self.data)
        let firstRecord = try first.trainEpoch()
        let checkpoint = try Checkpoint(decoding: first.checkpoint().encoded())
        let second = try Trainer(resuming: checkpoint, data: Self.data)
        #expect(second.completedEpochs == 1)
        let secondRecord = try second.trainEpoch()
        #expect([firstRecord, secondRecord] == whole.records)
        #expect(second.checkpoint().encoded() == whole.state.encoded())
    }
}
