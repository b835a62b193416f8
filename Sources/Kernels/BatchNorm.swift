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
    for channel in 0..<C {
        var mean = 0.0
        for image in 0..<statistics.count { mean += Double(statistics.first[image * C + channel]) }
        mean /= Double(statistics.count)
        var squares = 0.0
        for image in 0..<statistics.count {
            let deviation = Double(statistics.first[image * C + channel]) - mean
            squares += Double(statistics.second[image * C + channel]) + pixels * deviation * deviation
        }
        let inverseDeviation = 1 / (squares / total + normEpsilon).squareRoot()
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
            (1 - momentum) * Double(running.variance[channel]) + momentum * squares / (total - 1),
            atLeast: LeastMagnitude.norm)
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
    for channel in 0..<C {
        var sum = 0.0, product = 0.0
        for image in 0..<sums.count {
            sum += Double(sums.first[image * C + channel])
            product += Double(sums.second[image * C + channel])
        }
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
