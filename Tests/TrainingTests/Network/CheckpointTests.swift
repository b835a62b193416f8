import Experiment
import Foundation
import Testing
import Training
import TrainingFixtures

struct CheckpointTests {
    static let checkpoint: Checkpoint = {
        let parameters = TaskParameters(norm: .batch, batchSize: 4, seed: 9, epochs: 2)
        guard let trainer = try? Trainer(parameters: parameters, data: FormulaImages.dataSet(train: 8, test: 4)),
            (try? trainer.trainEpoch()) != nil
        else { preconditionFailure("a small task trains") }
        return trainer.checkpoint()
    }()

    static let bytes = checkpoint.encoded()

    @Test func `a checkpoint is read back equal`() throws {
        let read = try Checkpoint(decoding: Self.bytes)
        #expect(read == Self.checkpoint)
        #expect(read.completedEpochs == 1)
        #expect(read.completedSteps == 2)
        #expect(read["norm1.num_batches_tracked"].integers == [2])
    }

    @Test(arguments: [0, 1, 7, 8, 9, 100, 5000, bytes.count - 4, bytes.count - 1])
    func `a truncated checkpoint is refused`(length: Int) {
        let error = #expect(throws: TrainingError.self) { try Checkpoint(decoding: Array(Self.bytes.prefix(length))) }
        #expect(error?.code == .checkpoint)
    }

    @Test func `a checkpoint that is too long is refused`() {
        let error = #expect(throws: TrainingError.self) { try Checkpoint(decoding: Self.bytes + [0]) }
        #expect(error?.code == .checkpoint)
    }

    /// In the header's length, its metadata, its table, its padding, and the data.
    @Test(arguments: [0, 7, 12, 40, 300, 900, 4000, bytes.count / 2, bytes.count - 1])
    func `a checkpoint with a changed byte is refused`(offset: Int) {
        var damaged = Self.bytes
        damaged[offset] ^= 1
        let error = #expect(throws: TrainingError.self) { try Checkpoint(decoding: damaged) }
        #expect(error?.code == .checkpoint)
    }

    @Test func `a checkpoint of other images is refused`() {
        let other = FormulaImages.dataSet(train: 8, test: 4)
        let data = DataSet(
            name: .cifar10, train: other.train, test: other.test,
            digest: DataDigest(rawValue: String(repeating: "6", count: 64))!)
        let error = #expect(throws: TrainingError.self) { try Trainer(resuming: Self.checkpoint, data: data) }
        #expect(error?.code == .data)
    }

    @Test func `weights alone have the names of PyTorch's state dictionary`() throws {
        let bytes = Self.checkpoint.encodedWeights()
        let length = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any]
        let names = try #require(header).keys.filter { $0 != "__metadata__" }.sorted()
        let convolutions = (1...3).flatMap { layer in
            ["conv\(layer).weight", "conv\(layer).bias"]
                + ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"].map { "norm\(layer).\($0)" }
        }
        #expect(names == (convolutions + ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"]).sorted())
    }
}
