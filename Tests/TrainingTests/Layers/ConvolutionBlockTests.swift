import Experiment
import Kernels
import Testing
import Training

@Suite("A convolution block equals its plain form in Double, and its gradients the difference quotients")
struct ConvolutionBlockTests {
    /// A block with random parameters, and its values as PlainBlock takes them.
    final class Fixture {
        let arena = Arena()
        let images: Int
        let shards: BatchShards
        let block: ConvolutionBlock
        let plain: PlainBlock
        private(set) var values: PlainBlock.Values
        let outputs: UnsafeMutablePointer<Float>
        let gradients: [String: UnsafeMutablePointer<Float>]

        init(norm: Norm, images: Int) {
            self.images = images
            shards = BatchShards(images: images)
            let shape = ActivationShape(height: 4, width: 6, channels: 16), channels = 32
            let weightCount = 9 * shape.channels * channels
            let names = ["weights", "bias", "gamma", "beta"]
            let counts = [weightCount, channels, channels, channels]
            let parameters = counts.map { [arena] in arena.floats($0) }
            let gradients = counts.map { [arena] in arena.floats($0) }
            var numbers = Numbers(11)
            numbers.fill(parameters[0], weightCount, scale: 0.2)
            numbers.fill(parameters[1], channels)
            // γ of both signs: pooling must compare what comes after the affine.
            numbers.fill(parameters[2], channels)
            numbers.fill(parameters[3], channels, scale: 0.5)
            block = ConvolutionBlock(
                input: shape, outputChannels: channels, norm: norm, capacity: images,
                tensors: ConvolutionBlock.Tensors(
                    weights: parameters[0], dWeights: gradients[0],
                    parameters: NormParameters(bias: parameters[1], gamma: parameters[2], beta: parameters[3]),
                    gradients: NormGradients(bias: gradients[1], gamma: gradients[2], beta: gradients[3])),
                arena: arena, team: ThreadTeam(count: 1), kernels: .reference)
            self.gradients = Dictionary(uniqueKeysWithValues: zip(names, gradients))
            plain = PlainBlock(shape: shape, channels: channels, norm: norm, images: images)
            outputs = arena.floats(images * block.outputShape.pooled.count)

            var input: [Double] = []
            for image in 0..<images {
                for row in 0..<shape.height {
                    let line =
                        block.input + image * shape.paddedCount + shape.paddedOrigin
                        + row * shape.paddedRowStride
                    numbers.fill(line, shape.width * shape.channels, offset: 0.5)
                    input += (0..<shape.width * shape.channels).map { Double(line[$0]) }
                }
            }
            let doubles = zip(parameters, counts).map { pointer, count in (0..<count).map { Double(pointer[$0]) } }
            values = PlainBlock.Values(
                input: input, weights: doubles[0], bias: doubles[1], gamma: doubles[2], beta: doubles[3])
            numbers.fill(block.dPooled, images * block.outputShape.pooled.count)
        }

        func forward(isTraining: Bool) {
            let pooled = block.outputShape.pooled
            block.forward(shards, isTraining: isTraining) { image in
                StridedOutput(start: outputs + image * pooled.count, rowStride: pooled.width * pooled.channels)
            }
        }

        /// Σ output · dPooled, whose gradient is what `backward` computes.
        func loss(_ values: PlainBlock.Values) -> Double {
            zip(0..., plain.outputs(values)).reduce(0) { $0 + $1.1 * Double(block.dPooled[$1.0]) }
        }
    }

    @Test(arguments: Norm.allCases, [1, 9])
    func forward(norm: Norm, images: Int) {
        let fixture = Fixture(norm: norm, images: images)
        fixture.forward(isTraining: true)
        for (index, expected) in fixture.plain.outputs(fixture.values).enumerated() {
            #expect(abs(Double(fixture.outputs[index]) - expected) <= 5e-6, "output \(index)")
        }
    }

    @Test(arguments: Norm.allCases, [1, 9])
    func backward(norm: Norm, images: Int) throws {
        let fixture = Fixture(norm: norm, images: images)
        let dInput = fixture.arena.floats(images * fixture.block.convolution.input.count)
        fixture.forward(isTraining: true)
        fixture.block.backward(fixture.shards, dInput: dInput)

        func check(
            _ name: String, _ gradient: UnsafePointer<Float>, _ path: WritableKeyPath<PlainBlock.Values, [Double]>
        ) {
            expectGradient(gradient, of: fixture.values[keyPath: path], name: name, bound: 2e-5) { changed in
                var values = fixture.values
                values[keyPath: path] = changed
                return fixture.loss(values)
            }
        }
        let gradients = fixture.gradients
        check("input", dInput, \.input)
        check("weights", try #require(gradients["weights"]), \.weights)
        if norm == .batch {
            // A bias before batch norm changes nothing.
            #expect((0..<32).allSatisfy { gradients["bias"]?[$0] == 0 })
        } else {
            check("bias", try #require(gradients["bias"]), \.bias)
        }
        guard norm != .none else { return }
        check("gamma", try #require(gradients["gamma"]), \.gamma)
        check("beta", try #require(gradients["beta"]), \.beta)
    }

    @Test func batchNormKeepsRunningStatisticsAndEvaluatesWithThem() {
        let fixture = Fixture(norm: .batch, images: 9)
        fixture.forward(isTraining: true)
        let statistics = fixture.plain.channelStatistics(fixture.values)
        let count = Double(9 * 24)
        for (channel, statistic) in statistics.enumerated() {
            let variance = 0.9 + 0.1 * statistic.variance * count / (count - 1)
            #expect(abs(Double(fixture.block.running.mean[channel]) - 0.1 * statistic.mean) < 1e-6)
            #expect(abs(Double(fixture.block.running.variance[channel]) - variance) < 1e-6)
        }
        let running = (0..<32).map { channel in
            PlainBlock.Statistic(
                mean: Double(fixture.block.running.mean[channel]),
                variance: Double(fixture.block.running.variance[channel]))
        }
        fixture.forward(isTraining: false)
        for (index, expected) in fixture.plain.outputs(fixture.values, statistics: running).enumerated() {
            #expect(abs(Double(fixture.outputs[index]) - expected) <= 5e-6, "output \(index)")
        }
    }
}
