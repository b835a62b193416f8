import Kernels

extension Operands {
    /// A gradient of a pooled output, and a convolution's output that has its peaks.
    func pooledGradient(_ shape: ActivationShape) -> (gradient: PooledGradient, output: UnsafeMutablePointer<Float>) {
        let pooled = shape.pooled, channels = shape.channels
        let output = numbers(shape.count), peaks = zeros(pooled.count)
        for index in 0..<pooled.count {
            let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
            let first = 2 * (pixel / pooled.width * shape.width + pixel % pooled.width)
            // Any corner will do as a peak.
            let corner = [0, 1, shape.width, shape.width + 1][(pixel + channel) % 4]
            peaks[index] = output[(first + corner) * channels + channel]
        }
        let gradient = PooledGradient(
            dPooled: numbers(pooled.paddedCount) + pooled.paddedOrigin, dPooledRowStride: pooled.paddedRowStride,
            peaks: peaks, shape: shape, affine: ChannelAffine(scale: numbers(channels), shift: numbers(channels)),
            terms: GradientTerms(
                gain: numbers(channels), slope: numbers(channels), centre: numbers(channels),
                offset: numbers(channels)))
        return (gradient, output)
    }
}

/// What comes between a convolution's peaks and the next layer, for one image.
func poolingCases(_ name: String, _ shape: ActivationShape, _ operands: Operands) -> [KernelCase] {
    let (gradient, _) = operands.pooledGradient(shape), padded = operands.zeros(shape.pooled.paddedCount)
    return [activateCase(name, gradient, padded), pooledGradientSumsCase(name, gradient, operands)]
}

private func activateCase(
    _ name: String, _ gradient: PooledGradient, _ padded: UnsafeMutablePointer<Float>
) -> KernelCase {
    let pooled = gradient.shape.pooled
    let output = StridedOutput(start: padded + pooled.paddedOrigin, rowStride: pooled.paddedRowStride)
    return KernelCase(
        kernel: "activate", shape: "\(name) \(pooled.text)", amount: .floats(2 * pooled.count),
        outputs: [padded.output(pooled.paddedCount)],
        run: { $0.activate(gradient.peaks, pooled, gradient.affine, output) })
}

private func pooledGradientSumsCase(
    _ name: String, _ gradient: PooledGradient, _ operands: Operands
) -> KernelCase {
    let pooled = gradient.shape.pooled, channels = pooled.channels, sums = operands.zeros(2 * channels)
    return KernelCase(
        kernel: "pooledGradientSums", shape: "\(name) \(pooled.text)", amount: .floats(2 * pooled.count),
        outputs: [sums.output(2 * channels)],
        run: { $0.pooledGradientSums(gradient, sums, sums + channels) })
}
