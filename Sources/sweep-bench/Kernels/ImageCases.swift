import Kernels

/// The first layer, for one image.
func imageCases(_ operands: Operands) -> [KernelCase] {
    let shape = ActivationShape(height: ImagePlanes.side, width: ImagePlanes.side, channels: 32)
    return convolutionCases(shape, operands) + [weightGradientCase(shape, operands), correlationCase(operands)]
}

/// As in training, and as batch norm needs it in validation.
private func convolutionCases(_ shape: ActivationShape, _ operands: Operands) -> [KernelCase] {
    let channels = shape.channels, pooled = shape.pooled, image = operands.image()
    let weights = operands.planes(rows: ImagePlanes.planes, columns: channels), slopes = operands.slopes(channels)
    let peaks = operands.zeros(pooled.count), statistics = operands.zeros(2 * channels)
    let places = operands.bytes(pooled.count, below: 4)
    let summary = OutputSummary(
        peaks: peaks, statistics: ChannelStatistics(means: statistics, squares: statistics + channels))
    let scratch = operands.zeros(ImageTiles.scratchCount(channels: channels))
    let amount = KernelCase.Amount.flop(
        2 * Double(shape.pixels / 16 * WinogradPlanes.count * ImagePlanes.planes * channels))
    return [
        KernelCase(
            kernel: "imageConvolution", shape: "conv1 \(shape.text)", amount: amount,
            outputs: [
                peaks.output(pooled.count), statistics.output(2 * channels),
                UnsafeMutableRawBufferPointer(start: places, count: pooled.count),
            ],
            run: { $0.imageConvolution(image, weights, shape, slopes, summary, places, scratch) }),
        KernelCase(
            kernel: "imageConvolution", shape: "conv1 \(shape.text), peaks alone", amount: amount,
            outputs: [peaks.output(pooled.count)],
            run: {
                let peaksAlone = OutputSummary(peaks: peaks, statistics: nil)
                $0.imageConvolution(image, weights, shape, slopes, peaksAlone, nil, scratch)
            }),
    ]
}

private func weightGradientCase(_ shape: ActivationShape, _ operands: Operands) -> KernelCase {
    typealias G = ImageGradient
    let channels = shape.channels, image = operands.image(), (gradient, _) = operands.pooledGradient(shape)
    let places = operands.bytes(shape.pooled.count, below: 4)
    let sums = operands.numbers(channels * G.patchStride)
    let scratch = operands.zeros(G.scratchCount(channels: channels))
    return KernelCase(
        kernel: "imageWeightGradient", shape: "conv1 \(shape.text)",
        amount: .flop(2 * Double(ImagePlanes.windows * G.taps * channels)),
        // The last sums of a channel have no meaning.
        outputs: (0..<channels).map { (sums + $0 * G.patchStride).output(G.taps) },
        run: { $0.imageWeightGradient(image, gradient, places, scratch, sums) })
}

private func correlationCase(_ operands: Operands) -> KernelCase {
    typealias C = ImageCorrelation
    let image = operands.image(), sums = C(start: operands.numbers(C.count))
    let pairs = ImagePlanes.planes * ImagePlanes.planes, pixels = ImagePlanes.side * ImagePlanes.side
    return KernelCase(
        kernel: "imageCorrelation", shape: "\(C.displacementCount) displacements",
        amount: .flop(2 * Double(C.displacementCount * pairs * pixels)), outputs: [sums.start.output(C.count)],
        run: { $0.imageCorrelation(image, 0.75, -0.5, sums) })
}
