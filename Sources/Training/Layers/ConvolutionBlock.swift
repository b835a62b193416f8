import Experiment
import Kernels

/// Convolution → norm → ReLU → max pool, forward and backward.
///
/// The norm's affine, pooling and ReLU are one pass over the convolution's output, the gradients another. Batch norm
/// needs the whole batch's statistics between the two; the other norms, and batch norm in evaluation, do both passes on
/// a block of images while it is in the cache.
package struct ConvolutionBlock {
    package let convolution: ColumnConvolution
    package let norm: Norm
    package let outputShape: ActivationShape
    private let kernels: KernelTable
    private let team: ThreadTeam

    package let weights: UnsafeMutablePointer<Float>
    package let dWeights: UnsafeMutablePointer<Float>
    private let parameters: NormParameters
    private let gradients: NormGradients
    package let running: RunningStatistics

    /// Padded images; the border stays 0.
    package let input: UnsafeMutablePointer<Float>
    /// The convolution's output, kept for the backward pass.
    private let raw: UnsafeMutablePointer<Float>
    private let peaks: UnsafeMutablePointer<Float>
    /// The gradient of the pooled output, dense; the next layer writes it.
    package let dPooled: UnsafeMutablePointer<Float>
    private let means: UnsafeMutablePointer<Float>
    private let squares: UnsafeMutablePointer<Float>
    private let sums: UnsafeMutablePointer<Float>
    private let products: UnsafeMutablePointer<Float>
    private let normStorage: UnsafeMutablePointer<Float>
    /// One partial gradient of the weights for each shard.
    private let partials: UnsafeMutablePointer<Float>
    private let partialStride: Int
    /// For each member of the team: the convolution's scratch, then the gradient of a block's raw output.
    private let scratch: UnsafeMutablePointer<Float>
    private let scratchStride: Int

    /// Where a block finds its parameters and gradients, in the buffers of a layout.
    package struct Tensors {
        package var weights: UnsafeMutablePointer<Float>
        package var dWeights: UnsafeMutablePointer<Float>
        package var parameters: NormParameters
        package var gradients: NormGradients

        package init(
            weights: UnsafeMutablePointer<Float>, dWeights: UnsafeMutablePointer<Float>, parameters: NormParameters,
            gradients: NormGradients
        ) {
            self.weights = weights
            self.dWeights = dWeights
            self.parameters = parameters
            self.gradients = gradients
        }
    }

    /// A block for batches of up to `capacity` images.
    package init(
        input shape: ActivationShape, outputChannels: Int, norm: Norm, capacity: Int, tensors: Tensors, arena: Arena,
        team: ThreadTeam, kernels: KernelTable
    ) {
        convolution = ColumnConvolution(input: shape, outputChannels: outputChannels, kernels: kernels)
        outputShape = ActivationShape(height: shape.height, width: shape.width, channels: outputChannels)
        self.norm = norm
        self.kernels = kernels
        self.team = team
        weights = tensors.weights
        dWeights = tensors.dWeights
        parameters = tensors.parameters
        gradients = tensors.gradients

        let channels = outputChannels
        running = RunningStatistics(mean: arena.floats(channels), variance: arena.floats(channels))
        running.variance.update(repeating: 1, count: channels)
        input = arena.floats(capacity * shape.paddedCount)
        raw = arena.floats(capacity * outputShape.count)
        peaks = arena.floats(capacity * outputShape.pooled.count)
        dPooled = arena.floats(capacity * outputShape.pooled.count)
        means = arena.floats(capacity * channels)
        squares = arena.floats(capacity * channels)
        sums = arena.floats(capacity * channels)
        products = arena.floats(capacity * channels)
        normStorage = arena.floats((norm == .layer ? capacity : 1) * NormRows.rowCount * channels)
        partialStride = Arena.padded(convolution.weightCount)
        partials = arena.floats(BatchShards.maximumCount * partialStride)
        scratchStride = Arena.padded(convolution.scratchCount) + convolution.blockImages * outputShape.count
        scratch = arena.floats(team.count * scratchStride)
    }

    /// The rows of an image: its own with group norm, those of the batch otherwise.
    private func rows(_ image: Int) -> NormRows {
        let index = norm == .layer ? image : 0
        return NormRows(
            storage: normStorage + index * NormRows.rowCount * outputShape.channels, channels: outputShape.channels)
    }

    private func paddedInput(_ image: Int) -> UnsafeMutablePointer<Float> {
        input + image * convolution.input.paddedCount
    }

    private func rawOutput(_ image: Int) -> UnsafeMutablePointer<Float> { raw + image * outputShape.count }

    private func row(_ values: UnsafeMutablePointer<Float>, _ image: Int) -> UnsafeMutablePointer<Float> {
        values + image * outputShape.channels
    }

    /// Calls `body` with each block of images of a shard.
    private func forEachBlock(_ shard: Range<Int>, _ body: (_ first: Int, _ count: Int) -> Void) {
        for first in stride(from: shard.lowerBound, to: shard.upperBound, by: convolution.blockImages) {
            body(first, min(convolution.blockImages, shard.upperBound - first))
        }
    }
}

// MARK: Forward

extension ConvolutionBlock {
    /// Pooled outputs of the batch in `input`.
    ///
    /// `destination` gives where an image's output goes. In training, batch norm updates the running statistics.
    package func forward(
        _ shards: BatchShards, isTraining: Bool, destination: (_ image: Int) -> StridedOutput
    ) {
        prepareRows(isTraining: isTraining)
        let waitsForBatch = norm == .batch && isTraining
        team.forEach(shards.ranges.count) { shard, member in
            forEachBlock(shards.ranges[shard]) { first, count in
                convolution.forward(
                    padded: paddedInput(first), images: count, weights: weights, output: rawOutput(first),
                    scratch: scratch + member * scratchStride)
                for image in first..<first + count {
                    takeStatistics(image, isTraining: isTraining)
                    if !waitsForBatch { pool(image, destination(image)) }
                }
            }
        }
        guard waitsForBatch else { return }
        batchNormForward(
            statistics: ImageRows(first: means, second: squares, count: shards.images), shape: outputShape,
            parameters: parameters, rows: rows(0), running: running)
        team.forEach(shards.ranges.count) { shard, _ in
            for image in shards.ranges[shard] { pool(image, destination(image)) }
        }
    }

    /// The rows that are known before any image is.
    private func prepareRows(isTraining: Bool) {
        switch norm {
        case .none:
            identityRows(channels: outputShape.channels, bias: parameters.bias, rows: rows(0))
        case .batch where !isTraining:
            batchNormEvaluation(
                channels: outputShape.channels, parameters: parameters, rows: rows(0), running: running)
        case .batch, .layer:
            break
        }
    }

    private func takeStatistics(_ image: Int, isTraining: Bool) {
        guard norm == .layer || norm == .batch && isTraining else { return }
        kernels.channelStatistics(rawOutput(image), outputShape, row(means, image), row(squares, image))
        guard norm == .layer else { return }
        groupNormForward(
            means: row(means, image), squares: row(squares, image), shape: outputShape, parameters: parameters,
            rows: rows(image))
    }

    private func pool(_ image: Int, _ destination: StridedOutput) {
        kernels.normalizeAndPool(
            rawOutput(image), outputShape, rows(image).affine, destination, peaks + image * outputShape.pooled.count)
    }
}

// MARK: Backward

extension ConvolutionBlock {
    /// Gradients of the parameters and, where `dInput` is given, of the input (dense images without border) from the
    /// gradient in `dPooled` of the batch that went forward last.
    package func backward(_ shards: BatchShards, dInput: UnsafeMutablePointer<Float>?) {
        if norm == .batch {
            team.forEach(shards.ranges.count) { shard, _ in
                for image in shards.ranges[shard] { sumGradients(image) }
            }
            batchNormBackward(
                sums: gradientSums(shards), shape: outputShape, parameters: parameters, rows: rows(0),
                gradients: gradients)
        }
        team.forEach(shards.ranges.count) { shard, member in
            forEachBlock(shards.ranges[shard]) { first, count in
                if norm != .batch {
                    for image in first..<first + count { sumGradients(image) }
                }
                backwardBlock(
                    first, count, partial: partials + shard * partialStride,
                    accumulating: first > shards.ranges[shard].lowerBound, dInput: dInput, member: member)
            }
        }
        addPartials(count: shards.ranges.count)
        finishParameterGradients(shards)
    }

    private func gradientSums(_ shards: BatchShards) -> ImageRows {
        ImageRows(first: sums, second: products, count: shards.images)
    }

    private func sumGradients(_ image: Int) {
        let pooled = outputShape.pooled, place = image * pooled.count
        kernels.pooledGradientSums(
            dPooled + place, peaks + place, pooled, rows(image).affine, rows(image).centre,
            row(sums, image), row(products, image))
        guard norm == .layer else { return }
        groupNormBackward(
            sums: row(sums, image), products: row(products, image), shape: outputShape, parameters: parameters,
            rows: rows(image))
    }

    private func backwardBlock(
        _ first: Int, _ count: Int, partial: UnsafeMutablePointer<Float>, accumulating: Bool,
        dInput: UnsafeMutablePointer<Float>?, member: Int
    ) {
        let columns = scratch + member * scratchStride
        let dRaw = columns + Arena.padded(convolution.scratchCount)
        for image in first..<first + count {
            let place = image * outputShape.pooled.count
            kernels.unpoolGradient(
                dPooled + place, peaks + place, rawOutput(image), outputShape, rows(image).affine, rows(image).terms,
                dRaw + (image - first) * outputShape.count)
        }
        convolution.backward(
            padded: paddedInput(first), images: count, weights: weights, dOutput: dRaw, dWeights: partial,
            accumulating: accumulating, dInput: dInput.map { $0 + first * convolution.input.count }, scratch: columns)
    }

    /// The weights' gradient, shard after shard.
    private func addPartials(count: Int) {
        let weightCount = convolution.weightCount
        dWeights.update(from: partials, count: weightCount)
        for shard in 1..<max(count, 1) {
            kernels.accumulate(dWeights, partials + shard * partialStride, weightCount)
        }
    }

    private func finishParameterGradients(_ shards: BatchShards) {
        switch norm {
        case .batch:
            break
        case .layer:
            groupNormParameterGradients(
                sums: gradientSums(shards), means: means, shape: outputShape, gradients: gradients, rows: rows)
        case .none:
            identityBiasGradient(
                sums: gradientSums(shards), channels: outputShape.channels, bias: gradients.bias)
        }
    }
}
