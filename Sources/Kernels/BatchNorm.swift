// BatchNorm2d from each image's channel statistics. Arithmetic by channel in Double; no pixel is touched here.
//
// Statistics are those of the convolution's output without its bias: the bias moves every mean by itself and nothing
// else, so it only enters the running mean, and its gradient is exactly 0. (PyTorch adds it and gets rounding noise
// for its gradient.)

/// Merges the images' statistics in their order and makes the batch's affine; updates the running statistics with
/// momentum 0.1 and the unbiased variance.
public func batchNormForward(
    statistics: ImageRows, shape: ActivationShape, parameters: NormParameters, rows: NormRows,
    running: RunningStatistics
) {
    let C = shape.channels, pixels = Double(shape.pixels), total = pixels * Double(statistics.count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * C) { storage in
        storage.initialize(repeating: 0)
        let means = storage.baseAddress!, squares = means + C
        mergeStatistics(statistics, channels: C, pixels: pixels, means: means, squares: squares)
        for channel in 0..<C {
            let mean = means[channel], inverseDeviation = 1 / (squares[channel] / total + normEpsilon).squareRoot()
            let scale = inverseDeviation * Double(parameters.gamma[channel])
            rows.centre[channel] = Float(mean)
            rows.inverseDeviation[channel] = Float(inverseDeviation)
            rows.scale[channel] = Float(scale)
            rows.shift[channel] = Float(Double(parameters.beta[channel]) - mean * scale)

            let momentum = 0.1
            let biasedMean = mean + Double(parameters.bias[channel])
            let mixedMean = (1 - momentum) * Double(running.mean[channel]) + momentum * biasedMean
            running.mean[channel] = kept(mixedMean, atLeast: LeastMagnitude.norm)
            running.variance[channel] = kept(
                (1 - momentum) * Double(running.variance[channel]) + momentum * squares[channel] / (total - 1),
                atLeast: LeastMagnitude.norm)
        }
    }
}

/// Means, and sums of squared deviations from them, over all images. Images are outside and channels inside: a
/// channel's additions wait for each other, those of its neighbours do not.
private func mergeStatistics(
    _ statistics: ImageRows, channels: Int, pixels: Double, means: UnsafeMutablePointer<Double>,
    squares: UnsafeMutablePointer<Double>
) {
    for image in 0..<statistics.count {
        let row = statistics.first + image * channels
        for channel in 0..<channels { means[channel] += Double(row[channel]) }
    }
    for channel in 0..<channels { means[channel] /= Double(statistics.count) }
    for image in 0..<statistics.count {
        let row = statistics.first + image * channels, rowSquares = statistics.second + image * channels
        for channel in 0..<channels {
            let deviation = Double(row[channel]) - means[channel]
            squares[channel] += Double(rowSquares[channel]) + pixels * deviation * deviation
        }
    }
}

/// The affine of an evaluation, from the running statistics.
public func batchNormEvaluation(
    channels: Int, parameters: NormParameters, rows: NormRows, running: RunningStatistics
) {
    for channel in 0..<channels {
        let deviation = (Double(running.variance[channel]) + normEpsilon).squareRoot()
        let scale = Double(parameters.gamma[channel]) / deviation
        let mean = Double(running.mean[channel]) - Double(parameters.bias[channel])
        rows.scale[channel] = Float(scale)
        rows.shift[channel] = Float(Double(parameters.beta[channel]) - mean * scale)
    }
}

/// The gradient's terms and the parameters' gradients from each image's sums of g and of g · (peak − centre).
public func batchNormBackward(
    sums: ImageRows, shape: ActivationShape, parameters: NormParameters, rows: NormRows, gradients: NormGradients
) {
    let C = shape.channels, total = Double(shape.pixels * sums.count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * C) { storage in
        storage.initialize(repeating: 0)
        let totals = storage.baseAddress!, products = totals + C
        for image in 0..<sums.count {
            let row = sums.first + image * C, rowProducts = sums.second + image * C
            for channel in 0..<C {
                totals[channel] += Double(row[channel])
                products[channel] += Double(rowProducts[channel])
            }
        }
        for channel in 0..<C {
            let sum = totals[channel], product = products[channel]
            let inverseDeviation = Double(rows.inverseDeviation[channel])
            let gain = Double(parameters.gamma[channel]) * inverseDeviation
            rows.gain[channel] = kept(gain, atLeast: LeastMagnitude.norm)
            rows.slope[channel] = kept(
                -gain * inverseDeviation * inverseDeviation * product / total, atLeast: LeastMagnitude.norm)
            rows.offset[channel] = kept(-gain * sum / total, atLeast: LeastMagnitude.norm)
            gradients.gamma[channel] = Float(product * inverseDeviation)
            gradients.beta[channel] = Float(sum)
            gradients.bias[channel] = 0
        }
    }
}
