import Experiment
import Kernels
import TestSupport
import Testing
import Training

/// A convolution block equals its plain form in Double, and its gradients the difference quotients.
struct ConvolutionBlockTests {
    /// The first layer's shape, and one whose tiles and panels of output channels are several.
    enum Layer: CaseIterable {
        case image, inner

        var input: ActivationShape {
            switch self {
            case .image: ActivationShape(height: 32, width: 32, channels: 3)
            case .inner: ActivationShape(height: 4, width: 8, channels: 16)
            }
        }

        var outputChannels: Int { self == .image ? 16 : 80 }
    }

    /// A block with random parameters, and its values as PlainBlock takes them.
    final class Fixture {
        let layer: Layer
        let arena = Arena()
        let images: Int
        let shards: BatchShards
        let block: ConvolutionBlock
        let plain: PlainBlock
        let gradients: [String: UnsafeMutablePointer<Float>]
        private(set) var values: PlainBlock.Values
        private let inputs: UnsafeMutablePointer<Float>
        private let dPooled: GradientImages

        init(_ layer: Layer, norm: Norm, images: Int) {
            self.layer = layer
            self.images = images
            shards = BatchShards(images: images)
            let shape = layer.input, channels = layer.outputChannels
            let names = ["weights", "bias", "gamma", "beta"]
            let counts = [9 * shape.channels * channels, channels, channels, channels]
            let parameters = counts.map { [arena] in arena.floats($0) }
            let gradients = counts.map { [arena] in arena.floats($0) }
            var numbers = FormulaNumbers(11)
            numbers.fill(parameters[0], counts[0], scale: 0.2)
            numbers.fill(parameters[1], channels)
            // γ of both signs: a falling norm turns pooling around.
            numbers.fill(parameters[2], channels)
            numbers.fill(parameters[3], channels, scale: 0.5)
            let pooled = ActivationShape(height: shape.height, width: shape.width, channels: channels).pooled
            dPooled = GradientImages(start: arena.floats(images * pooled.paddedCount), imageStride: pooled.paddedCount)
            numbers.fill(dPooled.start, images * pooled.paddedCount)
            block = ConvolutionBlock(
                input: shape, outputChannels: channels, norm: norm, capacity: images,
                tensors: ConvolutionBlock.Tensors(
                    weights: parameters[0], dWeights: gradients[0],
                    parameters: NormParameters(bias: parameters[1], gamma: parameters[2], beta: parameters[3]),
                    gradients: NormGradients(bias: gradients[1], gamma: gradients[2], beta: gradients[3])),
                dPooled: dPooled, arena: arena, team: ThreadTeam(count: 1), kernels: KernelSelection.best.testTable)
            self.gradients = Dictionary(uniqueKeysWithValues: zip(names, gradients))
            plain = PlainBlock(shape: shape, channels: channels, norm: norm, images: images)
            inputs = arena.floats(images * block.convolution.inputCount)
            let doubles = zip(parameters, counts).map { pointer, count in (0..<count).map { Double(pointer[$0]) } }
            values = PlainBlock.Values(
                input: [], weights: doubles[0], bias: doubles[1], gamma: doubles[2], beta: doubles[3])
            for index in 0..<images * shape.count {
                let value = 0.5 + numbers.next()
                inputs[place(index)] = value
                values.input.append(Double(value))
            }
        }

        /// Where the convolution finds an index of the dense input.
        private func place(_ index: Int) -> Int {
            let shape = layer.input, (image, rest) = index.quotientAndRemainder(dividingBy: shape.count)
            let (pixel, channel) = rest.quotientAndRemainder(dividingBy: shape.channels)
            let row = pixel / shape.width, column = pixel % shape.width, start = image * block.convolution.inputCount
            switch layer {
            case .image:
                return start + channel * ImagePlanes.planeStride + ImagePlanes.origin + row * ImagePlanes.rowStride
                    + column
            case .inner:
                return start + shape.paddedOrigin + row * shape.paddedRowStride + column * shape.channels + channel
            }
        }

        private var input: ConvolutionBlock.Input {
            ConvolutionBlock.Input { [inputs, block] images, _ in
                UnsafePointer(inputs + images.lowerBound * block.convolution.inputCount)
            }
        }

        /// The activations, dense.
        func forward(isTraining: Bool) -> [Float] {
            block.forward(shards, isTraining: isTraining, input: input)
            let pooled = block.outputShape.pooled, outputs = arena.floats(images * pooled.count)
            for image in 0..<images {
                block.activate(
                    image,
                    into: StridedOutput(
                        start: outputs + image * pooled.count, rowStride: pooled.width * pooled.channels))
            }
            return (0..<images * pooled.count).map { outputs[$0] }
        }

        /// The gradient of the input, dense; empty for the first layer.
        func backward() -> [Float] {
            block.sumGradients(0..<images)
            block.backward(shards, before: nil, update: nil, input: input)
            guard let dInput = block.convolution.inputGradient else { return [] }
            let shape = layer.input
            return (0..<images * shape.count).map { index in
                let image = index / shape.count
                return dInput.start[image * dInput.imageStride + place(index) - image * block.convolution.inputCount]
            }
        }

        /// Σ output · dPooled, whose gradient is what `backward` computes.
        func loss(_ values: PlainBlock.Values) -> Double {
            let pooled = block.outputShape.pooled, row = pooled.width * pooled.channels
            return zip(0..., plain.outputs(values)).reduce(0) { sum, output in
                let (image, rest) = output.0.quotientAndRemainder(dividingBy: pooled.count)
                let place = pooled.paddedOrigin + rest / row * pooled.paddedRowStride + rest % row
                return sum + output.1 * Double(dPooled.start[image * dPooled.imageStride + place])
            }
        }
    }

    static let cases = Layer.allCases.flatMap { layer in
        Norm.allCases.flatMap { norm in [1, layer == .image ? 2 : 9].map { (layer, norm, $0) } }
    }

    @Test(arguments: cases)
    func `the outputs are those of the plain form in Double`(layer: Layer, norm: Norm, images: Int) {
        let fixture = Fixture(layer, norm: norm, images: images)
        let actual = fixture.forward(isTraining: true)
        for (index, expected) in fixture.plain.outputs(fixture.values).enumerated() {
            #expect(abs(Double(actual[index]) - expected) <= 1e-5, "output \(index)")
        }
    }

    @Test(arguments: cases)
    func `the gradients are the difference quotients of the plain form`(layer: Layer, norm: Norm, images: Int) throws {
        let fixture = Fixture(layer, norm: norm, images: images)
        _ = fixture.forward(isTraining: true)
        let dInput = fixture.backward()

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
        if !dInput.isEmpty { check("input", dInput, \.input) }
        check("weights", try #require(gradients["weights"]), \.weights)
        if norm == .batch {
            // A bias before batch norm changes nothing.
            #expect((0..<layer.outputChannels).allSatisfy { gradients["bias"]?[$0] == 0 })
        } else {
            check("bias", try #require(gradients["bias"]), \.bias)
        }
        guard norm != .none else { return }
        check("gamma", try #require(gradients["gamma"]), \.gamma)
        check("beta", try #require(gradients["beta"]), \.beta)
    }

    @Test(arguments: Layer.allCases)
    func `batch norm keeps running statistics and evaluates with them`(layer: Layer) {
        let images = 3, fixture = Fixture(layer, norm: .batch, images: images)
        _ = fixture.forward(isTraining: true)
        let running = fixture.block.running, count = Double(images * layer.input.pixels)
        for (channel, statistic) in fixture.plain.channelStatistics(fixture.values).enumerated() {
            let variance = 0.9 + 0.1 * statistic.variance * count / (count - 1)
            #expect(abs(Double(running.mean[channel]) - 0.1 * statistic.mean) < 1e-6)
            #expect(abs(Double(running.variance[channel]) - variance) < 1e-6)
        }
        let statistics = (0..<layer.outputChannels).map { channel in
            PlainBlock.Statistic(mean: Double(running.mean[channel]), variance: Double(running.variance[channel]))
        }
        let actual = fixture.forward(isTraining: false)
        for (index, expected) in fixture.plain.outputs(fixture.values, statistics: statistics).enumerated() {
            #expect(abs(Double(actual[index]) - expected) <= 1e-5, "output \(index)")
        }
    }
}

extension KernelSelection {
    /// The table of kernels that are known to be available.
    var testTable: KernelTable { (try? table()) ?? .reference }
}
