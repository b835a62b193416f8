import Experiment
import Kernels

/// The notebook's network: three convolution blocks and a dense head, with its parameters, gradients and Adam's state
/// in one arena. Used by one thread at a time; a team shares the work of a batch.
package final class Network {
    package let layout: ParameterLayout
    /// To be written from outside before the first batch only: layers keep what they have made of them.
    package let parameters: UnsafeMutablePointer<Float>
    package let gradients: UnsafeMutablePointer<Float>
    package let moments: AdamMoments
    package let blocks: [ConvolutionBlock]
    package let head: DenseHead
    private let arena = Arena()
    private let team: ThreadTeam
    private let kernels: KernelTable
    private let pixelTable: UnsafeMutablePointer<Float>
    private let labels: UnsafeMutablePointer<Int>
    private let hits: UnsafeMutablePointer<Bool>
    /// The batch's normalised images, as `ImagePlanes` says.
    private let images: UnsafeMutablePointer<Float>
    /// For measurements: called at the end of each phase, by the thread that uses the network.
    package var onPhase: ((Phase) -> Void)?

    /// A network for batches of up to `capacity` images; all parameters are 0.
    package init(norm: Norm, capacity: Int, threads: Int, kernels: KernelTable) {
        layout = ParameterLayout(norm: norm)
        self.kernels = kernels
        team = ThreadTeam(count: threads)
        parameters = arena.floats(layout.count)
        gradients = arena.floats(layout.count)
        moments = AdamMoments(first: arena.floats(layout.count), second: arena.floats(layout.count))
        pixelTable = arena.floats(3 * 256)
        PixelNormalization.fill(pixelTable)
        labels = .allocate(capacity: capacity)
        labels.initialize(repeating: 0, count: capacity)
        hits = .allocate(capacity: capacity)
        hits.initialize(repeating: false, count: capacity)

        let builder = LayerBuilder(
            layout: layout, parameters: parameters, gradients: gradients, arena: arena, team: team, kernels: kernels,
            capacity: capacity)
        head = builder.head()
        blocks = builder.blocks(dFeatures: head.dFeatures)
        images = arena.floats(capacity * ImagePlanes.count)
    }

    deinit {
        labels.deallocate()
        hits.deallocate()
    }

    /// Loads the images at `indices`, runs them forward and returns loss and hits.
    package func forward(_ records: ImageRecords, indices: ArraySlice<Int32>, isTraining: Bool) -> CrossEntropyResult {
        let shards = BatchShards(images: indices.count), start = indices.startIndex
        for (row, index) in indices.enumerated() { labels[row] = records.label(at: Int(index)) }
        team.forEach(shards.ranges.count) { shard, _ in
            for image in shards.ranges[shard] {
                records.withPixels(at: Int(indices[start + image])) { bytes in
                    normalizePixels(bytes: bytes, table: pixelTable, planes: images + image * ImagePlanes.count)
                }
            }
        }
        onPhase?(.load)
        for layer in 0..<3 {
            blocks[layer].forward(shards, isTraining: isTraining, input: input(of: layer))
            onPhase?(Phase.convolutionsForward[layer])
        }
        team.forEach(shards.ranges.count) { shard, _ in
            let pooled = blocks[2].outputShape.pooled, rowStride = pooled.width * pooled.channels
            for image in shards.ranges[shard] {
                blocks[2].activate(image, into: StridedOutput(start: head.features(image), rowStride: rowStride))
            }
        }
        let result = head.forward(images: indices.count, labels: labels, hits: hits)
        onPhase?(.headForward)
        return result
    }

    /// Whether each of the first images of the batch that went forward last is right.
    package func hits(_ images: Int) -> UnsafeBufferPointer<Bool> { UnsafeBufferPointer(start: hits, count: images) }

    /// Subnormal numbers in any of the network's buffers: parameters, gradients, moments, activations, statistics, and
    /// what the layers keep between their kernels.
    package var subnormalCount: Int { arena.subnormalCount }

    /// Computes the gradients for the batch that went forward last and takes a step of Adam.
    ///
    /// - Parameter keepsGradients: Whether all gradients are in `gradients` afterwards; otherwise `fc1.weight` has none
    ///   there.
    package func backward(images: Int, adam: AdamCoefficients, keepsGradients: Bool) {
        let shards = BatchShards(images: images)
        let update = AdamUpdate(
            parameters: parameters, gradients: gradients, moments: moments, coefficients: adam,
            keepsGradients: keepsGradients, step: kernels.adamStep, denseStep: kernels.denseStep)
        head.backward(images: images, update: update)
        team.forEach(shards.ranges.count) { shard, _ in blocks[2].sumGradients(shards.ranges[shard]) }
        onPhase?(.headBackward)
        for layer in [2, 1, 0] {
            blocks[layer].backward(
                shards, before: layer > 0 ? blocks[layer - 1] : nil, update: update, input: input(of: layer))
            onPhase?(Phase.convolutionsBackward[layer])
        }
    }

    /// The first layer reads the images, the others the activations of the one before.
    private func input(of layer: Int) -> ConvolutionBlock.Input {
        let shape = blocks[layer].convolution.input
        guard layer > 0 else {
            return ConvolutionBlock.Input { [images] block, _ in
                UnsafePointer(images + block.lowerBound * ImagePlanes.count)
            }
        }
        let source = blocks[layer - 1]
        return ConvolutionBlock.Input { block, scratch in
            for image in block {
                let place = (image - block.lowerBound) * shape.paddedCount + shape.paddedOrigin
                source.activate(
                    image, into: StridedOutput(start: scratch + place, rowStride: shape.paddedRowStride))
            }
            return UnsafePointer(scratch)
        } prefetch: { images, part, parts in
            source.prefetchPeaks(images, part: part, of: parts)
        }
    }

    /// The L2 norm over all gradients, where they were kept.
    package func gradientNorm() -> Double {
        kernels.sumOfSquares(gradients, layout.count).squareRoot()
    }
}

/// Makes the layers upon a network's buffers.
private struct LayerBuilder {
    let layout: ParameterLayout
    let parameters: UnsafeMutablePointer<Float>
    let gradients: UnsafeMutablePointer<Float>
    let arena: Arena
    let team: ThreadTeam
    let kernels: KernelTable
    let capacity: Int

    /// From the last one to the first, since each writes its input's gradient into a buffer of its own.
    func blocks(dFeatures: GradientImages) -> [ConvolutionBlock] {
        var blocks: [ConvolutionBlock] = [], dPooled: GradientImages? = dFeatures
        for layer in [3, 2, 1] {
            guard let gradient = dPooled else { preconditionFailure("only the first layer has no input gradient") }
            let block = block(layer, dPooled: gradient)
            dPooled = block.convolution.inputGradient
            blocks.insert(block, at: 0)
        }
        return blocks
    }

    private func block(_ layer: Int, dPooled: GradientImages) -> ConvolutionBlock {
        let side = ParameterLayout.imageSide >> (layer - 1)
        let shape = ActivationShape(height: side, width: side, channels: ParameterLayout.channels[layer - 1])
        let weight = layout["conv\(layer).weight"].offset, bias = layout["conv\(layer).bias"].offset
        // Without a norm, γ and β are never read or written; the bias stands in for them.
        let gamma = layout.contains("norm\(layer).weight") ? layout["norm\(layer).weight"].offset : bias
        let beta = layout.contains("norm\(layer).bias") ? layout["norm\(layer).bias"].offset : bias
        return ConvolutionBlock(
            input: shape, outputChannels: ParameterLayout.channels[layer], norm: layout.norm, capacity: capacity,
            tensors: ConvolutionBlock.Tensors(
                weights: parameters + weight, dWeights: gradients + weight,
                parameters: NormParameters(
                    bias: parameters + bias, gamma: parameters + gamma, beta: parameters + beta),
                gradients: NormGradients(bias: gradients + bias, gamma: gradients + gamma, beta: gradients + beta)),
            dPooled: dPooled, arena: arena, team: team, kernels: kernels)
    }

    func head() -> DenseHead {
        let side = ParameterLayout.imageSide / 8
        return DenseHead(
            shape: ActivationShape(height: side, width: side, channels: ParameterLayout.channels[3]),
            capacity: capacity, weights: denseTensors(parameters),
            gradients: denseTensors(gradients), arena: arena, team: team, kernels: kernels)
    }

    private func denseTensors(_ buffer: UnsafeMutablePointer<Float>) -> DenseHead.Tensors {
        DenseHead.Tensors(
            weight1: buffer + layout["fc1.weight"].offset, bias1: buffer + layout["fc1.bias"].offset,
            weight2: buffer + layout["fc2.weight"].offset, bias2: buffer + layout["fc2.bias"].offset)
    }
}
