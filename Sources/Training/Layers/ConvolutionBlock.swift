import Experiment
import Kernels

/// Convolution → norm → ReLU → max pool, forward and backward, a block of images at a time.
///
/// Pooling comes before the norm and keeps the peaks only (see `Kernels/Pooling.swift`): the next layer makes the
/// activations from them when it reads them, once forward and once backward, so that the largest tensors of the network
/// are written once and read once. Batch norm needs the whole batch's statistics between its two passes.
package struct ConvolutionBlock {
    package let convolution: any Convolution
    package let norm: Norm
    private let kernels: KernelTable
    private let team: ThreadTeam

    private let dWeights: UnsafeMutablePointer<Float>
    private let prepared = PreparedWeights()
    private let parameters: NormParameters
    private let gradients: NormGradients
    package let running: RunningStatistics

    private let peaks: UnsafeMutablePointer<Float>
    /// The gradient of the pooled output; the next layer owns and writes it.
    private let dPooled: GradientImages
    private let means: UnsafeMutablePointer<Float>
    private let squares: UnsafeMutablePointer<Float>
    private let sums: UnsafeMutablePointer<Float>
    private let products: UnsafeMutablePointer<Float>
    private let normStorage: UnsafeMutablePointer<Float>
    /// One partial gradient of the weights for each shard but the first, whose is in `dWeights`.
    private let partials: UnsafeMutablePointer<Float>
    private let partialStride: Int
    /// For each member of the team, a block of the convolution's inputs.
    private let inputs: [UnsafeMutablePointer<Float>]

    /// Where the convolution's inputs come from.
    package struct Input {
        /// Gives a block of them, which may be written into `scratch`: their border stays 0 there.
        let read: (_ images: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float>
        let prefetch: InputPrefetch

        package init(
            read: @escaping (_ images: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float>,
            prefetch: @escaping InputPrefetch = { _, _, _ in }
        ) {
            self.read = read
            self.prefetch = prefetch
        }
    }

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

    /// A block for batches of up to `capacity` images, whose pooled output's gradient will be found in `dPooled`.
    package init(
        input shape: ActivationShape, outputChannels: Int, norm: Norm, capacity: Int, tensors: Tensors,
        dPooled: GradientImages, arena: Arena, team: ThreadTeam, kernels: KernelTable
    ) {
        let context = ConvolutionContext(
            weights: tensors.weights, bias: tensors.parameters.bias, norm: norm, capacity: capacity,
            members: team.count, arena: arena, kernels: kernels)
        convolution =
            ImageConvolution.isSupported(input: shape, outputChannels: outputChannels)
            ? ImageConvolution(outputChannels: outputChannels, context: context)
            : WinogradConvolution(input: shape, outputChannels: outputChannels, context: context)
        self.norm = norm
        self.kernels = kernels
        self.team = team
        dWeights = tensors.dWeights
        parameters = tensors.parameters
        gradients = tensors.gradients

        let channels = outputChannels, output = convolution.outputShape
        let blockCount = convolution.blockImages * convolution.inputCount
        running = RunningStatistics(mean: arena.floats(channels), variance: arena.floats(channels))
        running.variance.update(repeating: 1, count: channels)
        peaks = arena.floats(capacity * output.pooled.count)
        self.dPooled = dPooled
        means = arena.floats(capacity * channels)
        squares = arena.floats(capacity * channels)
        sums = arena.floats(capacity * channels)
        products = arena.floats(capacity * channels)
        normStorage = arena.floats((norm == .layer ? capacity : 1) * NormRows.rowCount * channels)
        partialStride = Arena.padded(convolution.weightCount)
        partials = arena.floats((BatchShards.maximumCount - 1) * partialStride)
        inputs = (0..<team.count).map { _ in arena.floats(blockCount) }
    }

    package var outputShape: ActivationShape { convolution.outputShape }

    /// The activations of an image of the batch that went forward last.
    package func activate(_ image: Int, into output: StridedOutput) {
        let pooled = outputShape.pooled
        kernels.activate(peaks + image * pooled.count, pooled, rows(image).affine, output)
    }

    /// Asks for a part of what `activate` reads for some images.
    package func prefetchPeaks(_ images: Range<Int>, part: Int, of parts: Int) {
        let count = outputShape.pooled.count
        kernels.prefetch(part: part, of: parts, peaks + images.lowerBound * count, images.count * count)
    }

    /// The rows of an image: its own with group norm, those of the batch otherwise.
    private func rows(_ image: Int) -> NormRows {
        let index = norm == .layer ? image : 0
        return NormRows(
            storage: normStorage + index * NormRows.rowCount * outputShape.channels, channels: outputShape.channels)
    }

    private func row(_ values: UnsafeMutablePointer<Float>, _ image: Int) -> UnsafeMutablePointer<Float> {
        values + image * outputShape.channels
    }

    /// Calls `body` with each block of images of a shard.
    private func forEachBlock(_ shard: Range<Int>, _ body: (_ images: Range<Int>) -> Void) {
        for first in stride(from: shard.lowerBound, to: shard.upperBound, by: convolution.blockImages) {
            body(first..<min(first + convolution.blockImages, shard.upperBound))
        }
    }
}

// MARK: Weights

/// The form that a convolution's weights are in; `nil` where they have changed since.
private final class PreparedWeights {
    var form: WeightForm?
}

extension ConvolutionBlock {
    private func prepare(_ form: WeightForm) {
        guard prepared.form != form else { return }
        team.forEach(convolution.preparationUnits(for: form)) { unit, _ in convolution.prepare(form, unit: unit) }
        prepared.form = form
    }
}

// MARK: Forward

extension ConvolutionBlock {
    /// Peaks and norm of the batch. In training, outputs are kept and batch norm updates the running statistics.
    package func forward(_ shards: BatchShards, isTraining: Bool, input: Input) {
        prepare(.forward)
        prepareRows(isTraining: isTraining)
        // The scale of a norm has γ's sign, and is known before the statistics are.
        let pass = ForwardPass(
            isTraining: isTraining, needsPeaksAlone: !isTraining && norm != .layer,
            prefetchInput: input.prefetch,
            peakSigns: norm == .none ? UnsafePointer(rows(0).scale) : parameters.gamma, peaks: peaks, means: means,
            squares: squares)
        team.forEach(shards.ranges.count) { shard, member in
            forEachBlock(shards.ranges[shard]) { images in
                convolution.forward(images, input: input.read(images, inputs[member]), member: member, pass: pass)
                guard norm == .layer else { return }
                for image in images {
                    groupNormForward(
                        means: row(means, image), squares: row(squares, image), shape: outputShape,
                        parameters: parameters, rows: rows(image))
                }
            }
        }
        guard norm == .batch, isTraining else { return }
        batchNormForward(
            statistics: ImageRows(first: means, second: squares, count: shards.images), shape: outputShape,
            parameters: parameters, rows: rows(0), running: running)
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
}

// MARK: Backward

extension ConvolutionBlock {
    /// Gradients of the parameters and of the input, from the gradient in `dPooled` of the batch that went forward last
    /// and its sums; `before` is the block whose output the input is. `update` then changes the parameters.
    package func backward(_ shards: BatchShards, before: ConvolutionBlock?, update: AdamUpdate?, input: Input) {
        prepare(.backward)
        if norm == .batch {
            batchNormBackward(
                sums: gradientSums(shards), shape: outputShape, parameters: parameters, rows: rows(0),
                gradients: gradients)
        }
        let pass = BackwardPass(gradient: pooledGradient, prefetchInput: input.prefetch)
        team.forEach(shards.ranges.count) { shard, member in
            forEachBlock(shards.ranges[shard]) { images in
                convolution.backward(
                    images, input: input.read(images, inputs[member]), member: member,
                    startsSum: images.lowerBound == shards.ranges[shard].lowerBound, pass: pass)
                // At once, while the gradient and the peaks are in the cache.
                before?.sumGradients(images)
            }
            convolution.writeWeightGradient(
                shard == 0 ? dWeights : partials + (shard - 1) * partialStride, member: member,
                terms: rows(shards.ranges[shard].lowerBound).terms)
        }
        finishParameterGradients(shards)
        finishWeights(shardCount: shards.ranges.count, update: update)
        guard let update else { return }
        for gradient in norm == .none ? [gradients.bias] : [gradients.bias, gradients.gamma, gradients.beta] {
            update.apply(gradient, count: outputShape.channels)
        }
    }

    private func pooledGradient(_ image: Int) -> PooledGradient {
        let pooled = outputShape.pooled, rows = rows(image)
        return PooledGradient(
            dPooled: dPooled.start + image * dPooled.imageStride + pooled.paddedOrigin,
            dPooledRowStride: pooled.paddedRowStride, peaks: peaks + image * pooled.count,
            shape: outputShape, affine: rows.affine, terms: rows.terms)
    }

    private func gradientSums(_ shards: BatchShards) -> ImageRows {
        ImageRows(first: sums, second: products, count: shards.images)
    }

    /// What the norm needs to know of the gradient in `dPooled` of some images.
    package func sumGradients(_ images: Range<Int>) {
        for image in images {
            kernels.pooledGradientSums(pooledGradient(image), row(sums, image), row(products, image))
            guard norm == .layer else { continue }
            groupNormBackward(
                sums: row(sums, image), products: row(products, image), shape: outputShape, parameters: parameters,
                rows: rows(image))
        }
    }

    /// Adds up the weights' gradient, shard after shard, and changes the weights, a piece at a time that stays in the
    /// first-level cache.
    private func finishWeights(shardCount: Int, update: AdamUpdate?) {
        let count = convolution.weightCount, piece = 1 << 12
        team.forEach((count + piece - 1) / piece) { unit, _ in
            let start = unit * piece, length = min(piece, count - start)
            for shard in 1..<max(shardCount, 1) {
                kernels.accumulate(dWeights + start, partials + (shard - 1) * partialStride + start, length)
            }
            update?.apply(dWeights + start, count: length)
        }
        if update != nil { prepared.form = nil }
    }

    private func finishParameterGradients(_ shards: BatchShards) {
        switch norm {
        case .batch:
            break
        case .layer:
            groupNormParameterGradients(
                sums: gradientSums(shards), means: means, shape: outputShape, rows: normStorage, gradients: gradients)
        case .none:
            identityBiasGradient(
                sums: gradientSums(shards), channels: outputShape.channels, bias: gradients.bias)
        }
    }
}
