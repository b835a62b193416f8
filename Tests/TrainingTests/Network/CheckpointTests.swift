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

    private struct Forgery: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let reason: String
        var epochs = 1
        var steps = 2
        var name = ""
        var values = NamedTensor.Values.integers([])
    }

    private static let forgeries = [
        Forgery(testDescription: "the most steps", reason: "it counts 9223372036854775807 steps", steps: .max),
        Forgery(testDescription: "a step too few", reason: "it counts 1 steps, and 1 epochs have 2", steps: 1),
        Forgery(testDescription: "negative steps", reason: "it counts -1 steps", steps: -1),
        Forgery(testDescription: "the last epoch of all", reason: "it is of epoch 9223372036854775807", epochs: .max),
        Forgery(testDescription: "a negative epoch", reason: "it is of epoch -1", epochs: -1, steps: -2),
        Forgery(testDescription: "an epoch too many", reason: "it is of epoch 3, and the task has 2", epochs: 3),
        Forgery(
            testDescription: "other batches", reason: "norm1.num_batches_tracked is [3]",
            name: "norm1.num_batches_tracked", values: .integers([3])),
        Forgery(
            testDescription: "a weight that is NaN", reason: "fc2.bias holds nan", name: "fc2.bias",
            values: .floats([Float](repeating: 0, count: 9) + [.nan])),
        Forgery(
            testDescription: "an infinite moment", reason: "optimizer.exp_avg.fc2.bias holds inf",
            name: "optimizer.exp_avg.fc2.bias", values: .floats([Float](repeating: .infinity, count: 10))),
        Forgery(
            testDescription: "a negative square", reason: "optimizer.exp_avg_sq.fc2.bias holds -1",
            name: "optimizer.exp_avg_sq.fc2.bias", values: .floats([Float](repeating: -1, count: 10))),
        Forgery(
            testDescription: "a variance that is NaN", reason: "norm1.running_var holds nan",
            name: "norm1.running_var", values: .floats([Float](repeating: .nan, count: 32))),
        Forgery(
            testDescription: "a random position beyond the state", reason: "random state is none",
            name: "random.state", values: .integers([Int64](repeating: 0, count: 624) + [.max])),
        Forgery(
            testDescription: "a random word of 64 bits", reason: "random state is none", name: "random.state",
            values: .integers([Int64](repeating: .min, count: 624) + [0])),
    ]

    /// Its SHA-256 is right: whoever makes a checkpoint can make that too.
    @Test(arguments: forgeries)
    private func `a state that no training reaches is refused`(_ forgery: Forgery) throws {
        let original = Self.checkpoint
        let tensors = original.tensors.map { tensor in
            tensor.name == forgery.name
                ? NamedTensor(tensor.name, shape: tensor.shape, values: forgery.values) : tensor
        }
        let forged = Checkpoint(
            parameters: original.parameters, dataDigest: original.dataDigest, completedEpochs: forgery.epochs,
            completedSteps: forgery.steps, tensors: tensors)
        let read = try Checkpoint(decoding: forged.encoded())
        let error = #expect(throws: TrainingError.self) {
            try Trainer(resuming: read, data: FormulaImages.dataSet(train: 8, test: 4))
        }
        #expect(error?.code == .checkpoint)
        #expect(error?.message.contains(forgery.reason) == true, "\(error?.message ?? "")")
    }

    @Test func `squares that are too large for single precision are a state that training goes on from`() throws {
        let original = Self.checkpoint
        let tensors = original.tensors.map { tensor in
            tensor.name.hasPrefix("optimizer.exp_avg_sq.")
                ? NamedTensor(
                    tensor.name, shape: tensor.shape,
                    values: .floats([Float](repeating: .infinity, count: tensor.floats.count)))
                : tensor
        }
        let state = Checkpoint(
            parameters: original.parameters, dataDigest: original.dataDigest, completedEpochs: 1, completedSteps: 2,
            tensors: tensors)
        let trainer = try Trainer(resuming: state, data: FormulaImages.dataSet(train: 8, test: 4))
        #expect(try trainer.trainEpoch().metrics.trainLoss.isFinite)
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
