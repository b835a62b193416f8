// GroupNorm with one group, and no norm at all, from one image's channel statistics. Arithmetic by channel in Double.
//
// As in BatchNorm, statistics are those of the convolution's output without bias; the bias shifts each channel's mean
// before the channels are merged.

/// Merges one image's channels and makes its affine. `means` and `squares`: one value a channel.
public func groupNormForward(
    means: UnsafePointer<Float>, squares: UnsafePointer<Float>, shape: ActivationShape, parameters: NormParameters,
    rows: NormRows
) {
    let C = shape.channels, pixels = Double(shape.pixels)
    var mean = 0.0
    for channel in 0..<C { mean += Double(means[channel]) + Double(parameters.bias[channel]) }
    mean /= Double(C)
    var total = 0.0
    for channel in 0..<C {
        let deviation = Double(means[channel]) + Double(parameters.bias[channel]) - mean
        total += Double(squares[channel]) + pixels * deviation * deviation
    }
    let inverseDeviation = 1 / (total / (pixels * Double(C)) + normEpsilon).squareRoot()
    for channel in 0..<C {
        let scale = inverseDeviation * Double(parameters.gamma[channel])
        let centre = mean - Double(parameters.bias[channel])
        rows.centre[channel] = Float(centre)
        rows.inverseDeviation[channel] = Float(inverseDeviation)
        rows.scale[channel] = Float(scale)
        rows.shift[channel] = Float(Double(parameters.beta[channel]) - centre * scale)
    }
}

/// The gradient's terms of one image from its sums of g and of g · (peak − centre), one value a channel each.
public func groupNormBackward(
    sums: UnsafePointer<Float>, products: UnsafePointer<Float>, shape: ActivationShape, parameters: NormParameters,
    rows: NormRows
) {
    let C = shape.channels, count = Double(shape.count)
    var sum = 0.0, product = 0.0
    for channel in 0..<C {
        sum += Double(parameters.gamma[channel]) * Double(sums[channel])
        product += Double(parameters.gamma[channel]) * Double(products[channel])
    }
    for channel in 0..<C {
        let inverseDeviation = Double(rows.inverseDeviation[channel])
        rows.gain[channel] = kept(Double(parameters.gamma[channel]) * inverseDeviation, atLeast: LeastMagnitude.norm)
        rows.slope[channel] = kept(
            -inverseDeviation * inverseDeviation * inverseDeviation * product / count, atLeast: LeastMagnitude.norm)
        rows.offset[channel] = kept(-inverseDeviation * sum / count, atLeast: LeastMagnitude.norm)
    }
}

/// The gradients of γ, β and the convolution's bias, over all images in their order.
///
/// `sums`: of g and of g · (peak − centre). `means`: the images' channel means. `rows`: the images' terms, one image's
/// `NormRows.rowCount` rows after the other's.
public func groupNormParameterGradients(
    sums: ImageRows, means: UnsafePointer<Float>, shape: ActivationShape, rows: UnsafeMutablePointer<Float>,
    gradients: NormGradients
) {
    let C = shape.channels, pixels = Double(shape.pixels)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * C) { totals in
        totals.initialize(repeating: 0)
        let gamma = totals.baseAddress!, beta = gamma + C, bias = beta + C
        for image in 0..<sums.count {
            let row = NormRows(storage: rows + image * NormRows.rowCount * C, channels: C), start = image * C
            for channel in 0..<C {
                let sum = Double(sums.first[start + channel])
                gamma[channel] += Double(sums.second[start + channel]) * Double(row.inverseDeviation[channel])
                beta[channel] += sum
                let deviation = Double(means[start + channel]) - Double(row.centre[channel])
                let affinePart = Double(row.slope[channel]) * deviation + Double(row.offset[channel])
                bias[channel] += Double(row.gain[channel]) * sum + pixels * affinePart
            }
        }
        for channel in 0..<C {
            gradients.gamma[channel] = Float(gamma[channel])
            gradients.beta[channel] = Float(beta[channel])
            gradients.bias[channel] = Float(bias[channel])
        }
    }
}

/// Without a norm the affine adds the bias, and the gradient passes as it is.
public func identityRows(channels: Int, bias: UnsafePointer<Float>, rows: NormRows) {
    for channel in 0..<channels {
        rows.scale[channel] = 1
        rows.shift[channel] = bias[channel]
        rows.centre[channel] = 0
        rows.inverseDeviation[channel] = 1
        rows.gain[channel] = 1
        rows.slope[channel] = 0
        rows.offset[channel] = 0
    }
}

/// Without a norm the bias's gradient is the sum of g over the images.
public func identityBiasGradient(sums: ImageRows, channels: Int, bias: UnsafeMutablePointer<Float>) {
    for channel in 0..<channels {
        var sum = 0.0
        for image in 0..<sums.count { sum += Double(sums.first[image * channels + channel]) }
        bias[channel] = Float(sum)
    }
}
