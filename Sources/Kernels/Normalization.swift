// Kernels of the pass between a convolution and the next layer: statistics, norm, pooling, ReLU, and their gradients.
//
// ReLU comes after pooling, which gives the same values and gradients as before it on a quarter of the data. Pooling
// compares normalised values, because a negative scale turns the order around.

/// Mean and sum of squared deviations of each channel of one image, in two passes.
///
/// `input` and `shape`: one image. `means` and `squares`: one value a channel.
public typealias ChannelStatisticsKernel =
    @Sendable (
        _ input: UnsafePointer<Float>, _ shape: ActivationShape,
        _ means: UnsafeMutablePointer<Float>, _ squares: UnsafeMutablePointer<Float>
    ) -> Void

/// z = scale · y + shift by channel.
public struct ChannelAffine {
    public var scale: UnsafePointer<Float>
    public var shift: UnsafePointer<Float>

    public init(scale: UnsafePointer<Float>, shift: UnsafePointer<Float>) {
        self.scale = scale
        self.shift = shift
    }
}

/// A row-major destination whose rows lie `rowStride` floats apart.
public struct StridedOutput {
    public var start: UnsafeMutablePointer<Float>
    public var rowStride: Int

    public init(start: UnsafeMutablePointer<Float>, rowStride: Int) {
        self.start = start
        self.rowStride = rowStride
    }
}

/// Affine, 2×2 maximum and ReLU of one image.
///
/// `output` gets the rectified maximum of each window of z, in the shape `shape.pooled`. `peaks`, of the same shape and
/// dense, gets the y under each maximum, the first one of equal z: what the backward pass keeps.
public typealias NormalizeAndPoolKernel =
    @Sendable (
        _ input: UnsafePointer<Float>, _ shape: ActivationShape, _ affine: ChannelAffine,
        _ output: StridedOutput, _ peaks: UnsafeMutablePointer<Float>
    ) -> Void

/// Sums over one image that the norm's gradient needs, by channel: of g and of g · (peak − centre), where g is
/// `dPooled` if the rectifier let the peak pass, else 0.
///
/// `dPooled` and `peaks` have the shape `pooled`; `centres`, `sums` and `products` one value a channel.
public typealias PooledGradientSumsKernel =
    @Sendable (
        _ dPooled: UnsafePointer<Float>, _ peaks: UnsafePointer<Float>, _ pooled: ActivationShape,
        _ affine: ChannelAffine, _ centres: UnsafePointer<Float>,
        _ sums: UnsafeMutablePointer<Float>, _ products: UnsafeMutablePointer<Float>
    ) -> Void

/// The norm's gradient by channel: dy = gain · g + slope · (y − centre) + offset, g being 0 off the window's peak.
public struct GradientTerms {
    public var gain: UnsafePointer<Float>
    public var slope: UnsafePointer<Float>
    public var centre: UnsafePointer<Float>
    public var offset: UnsafePointer<Float>

    public init(
        gain: UnsafePointer<Float>, slope: UnsafePointer<Float>, centre: UnsafePointer<Float>,
        offset: UnsafePointer<Float>
    ) {
        self.gain = gain
        self.slope = slope
        self.centre = centre
        self.offset = offset
    }
}

/// The gradient of one image's convolution output from that of its pooled output.
///
/// `input`: y, of `shape`. The peak's place in a window is found again as the first y that equals it.
public typealias UnpoolGradientKernel =
    @Sendable (
        _ dPooled: UnsafePointer<Float>, _ peaks: UnsafePointer<Float>, _ input: UnsafePointer<Float>,
        _ shape: ActivationShape, _ affine: ChannelAffine, _ terms: GradientTerms, _ dInput: UnsafeMutablePointer<Float>
    ) -> Void

public func channelStatisticsReference(
    input: UnsafePointer<Float>, shape: ActivationShape,
    means: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>
) {
    let C = shape.channels
    for channel in 0..<C {
        let mean = interleavedSum(shape.pixels) { $0 + input[$1 * C + channel] } / Float(shape.pixels)
        means[channel] = mean
        squares[channel] = interleavedSum(shape.pixels) { sum, pixel in
            let deviation = input[pixel * C + channel] - mean
            return sum.addingProduct(deviation, deviation)
        }
    }
}

public func normalizeAndPoolReference(
    input: UnsafePointer<Float>, shape: ActivationShape, affine: ChannelAffine,
    output: StridedOutput, peaks: UnsafeMutablePointer<Float>
) {
    let C = shape.channels, rowStride = shape.width * C, pooled = shape.pooled
    for row in 0..<pooled.height {
        for column in 0..<pooled.width {
            let window = input + 2 * row * rowStride + 2 * column * C
            for channel in 0..<C {
                let scale = affine.scale[channel], shift = affine.shift[channel]
                var peak = window[channel]
                var best = shift.addingProduct(scale, peak)
                for offset in [C, rowStride, rowStride + C] {
                    let candidate = window[offset + channel]
                    let value = shift.addingProduct(scale, candidate)
                    if value > best {
                        best = value
                        peak = candidate
                    }
                }
                output.start[row * output.rowStride + column * C + channel] = best > 0 ? best : 0
                peaks[(row * pooled.width + column) * C + channel] = peak
            }
        }
    }
}

public func pooledGradientSumsReference(
    dPooled: UnsafePointer<Float>, peaks: UnsafePointer<Float>, pooled: ActivationShape,
    affine: ChannelAffine, centres: UnsafePointer<Float>,
    sums: UnsafeMutablePointer<Float>, products: UnsafeMutablePointer<Float>
) {
    let C = pooled.channels
    for channel in 0..<C {
        let scale = affine.scale[channel], shift = affine.shift[channel], centre = centres[channel]
        let pair = interleavedSums(pooled.pixels) { pair, pixel in
            let peak = peaks[pixel * C + channel]
            let gradient = shift.addingProduct(scale, peak) > 0 ? dPooled[pixel * C + channel] : 0
            return (pair.0 + gradient, pair.1.addingProduct(gradient, peak - centre))
        }
        sums[channel] = pair.0
        products[channel] = pair.1
    }
}

public func unpoolGradientReference(
    dPooled: UnsafePointer<Float>, peaks: UnsafePointer<Float>, input: UnsafePointer<Float>,
    shape: ActivationShape, affine: ChannelAffine, terms: GradientTerms, dInput: UnsafeMutablePointer<Float>
) {
    let C = shape.channels, rowStride = shape.width * C, pooled = shape.pooled
    for row in 0..<pooled.height {
        for column in 0..<pooled.width {
            let start = 2 * row * rowStride + 2 * column * C
            for channel in 0..<C {
                let index = (row * pooled.width + column) * C + channel
                let peak = peaks[index]
                let passes = affine.shift[channel].addingProduct(affine.scale[channel], peak) > 0
                var gradient = passes ? dPooled[index] * terms.gain[channel] : 0
                for offset in [0, C, rowStride, rowStride + C] {
                    let place = start + offset + channel
                    let here = input[place] == peak
                    let affinePart = terms.offset[channel]
                        .addingProduct(terms.slope[channel], input[place] - terms.centre[channel])
                    dInput[place] = affinePart + (here ? gradient : 0)
                    if here { gradient = 0 }
                }
            }
        }
    }
}
