import Experiment
import Testing
import Training
import TrainingFixtures

/// Initial weights are PyTorch's.
///
/// Expected values: `torch.manual_seed(202)`, then the notebook's constructors, PyTorch 2.13.0 for CPU.
struct InitialWeightTests {
    struct Expected: Sendable {
        let name: String
        let count: Int
        /// The first, the last and the one at a third, in PyTorch's order.
        let values: [Float]
        let sum: Double
    }

    static let layers = [
        Expected(
            name: "conv1.weight", count: 864, values: [-0x1.45741ep-5, 0x1.11bda2p-3, -0x1.395cfep-3],
            sum: -2.5978470309783006),
        Expected(
            name: "conv2.weight", count: 18432, values: [-0x1.a3616cp-5, -0x1.048798p-5, -0x1.1a258cp-11],
            sum: -1.9228280868397007),
        Expected(
            name: "conv3.weight", count: 73728, values: [0x1.f988ap-6, -0x1.0f5c4p-5, 0x1.8498acp-6],
            sum: 16.338377223128305),
        Expected(
            name: "conv3.bias", count: 128, values: [-0x1.05f138p-5, 0x1.1f12cp-8, 0x1.b218e6p-6],
            sum: 0.31958377311821096),
        Expected(
            name: "fc1.weight", count: 262144, values: [-0x1.9a04a2p-7, 0x1.4314fcp-6, 0x1.5f75bp-6],
            sum: -1.6211218276781523),
        Expected(
            name: "fc2.weight", count: 1280, values: [0x1.022f0ap-6, 0x1.9c9254p-7, 0x1.86644ep-6],
            sum: -0.9212852357304655),
        Expected(
            name: "fc2.bias", count: 10, values: [0x1.19d1fp-4, 0x1.0bb5c8p-4, -0x1.3f3db2p-5],
            sum: 0.02533156704157091),
    ]

    @Test(arguments: Norm.allCases)
    func `the initial weights of a seed are PyTorch's`(norm: Norm) throws {
        let trainer = try Trainer(
            parameters: TaskParameters(norm: norm, seed: 202), data: FormulaImages.dataSet(train: 1, test: 1))
        let checkpoint = trainer.checkpoint()
        for layer in Self.layers {
            let values = checkpoint[layer.name].floats
            try #require(values.count == layer.count)
            #expect([values[0], values[layer.count - 1], values[layer.count / 3]] == layer.values)
            #expect(abs(values.reduce(0) { $0 + Double($1) } - layer.sum) < 1e-9)
        }
        if norm != .none { #expect(checkpoint["norm2.weight"].floats == [Float](repeating: 1, count: 64)) }
    }
}
