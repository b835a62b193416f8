// Kernels of the pass between a convolution's peaks and the next layer: norm, ReLU, and their gradients.
//
// Pooling comes before, with the convolution, and keeps one value of four, the peak. Norm and ReLU then see the peaks
// only: a rising affine map and ReLU commute with the maximum, a falling one turns it into the minimum. Values and
// gradients are those of PyTorch's order, where pooling comes last, but for two cases: values that round to one
// activation, of which PyTorch takes the first, and γ = 0, where γ's own gradient is that of the greatest value.

/// z = scale · y + shift by channel.
public struct ChannelAffine {
    public var scale: UnsafePointer<Float>
    public var shift: UnsafePointer<Float>

    public init(scale: UnsafePointer<Float>, shift: UnsafePointer<Float>) {
        self.scale = scale
        self.shift = shift
    }
}

/// Affine and ReLU of one image's peaks, of the shape `pooled`; an activation that is not a number stays one.
public typealias ActivateKernel =
    @Sendable (
        _ peaks: UnsafePointer<Float>, _ pooled: ActivationShape, _ affine: ChannelAffine, _ output: StridedOutput
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

/// What the gradient of one image's convolution output y, of `shape`, is made from. g is `dPooled` where ReLU let the
/// peak pass, else 0; the peak's place in a window is found again as the first y that equals it.
public struct PooledGradient {
    /// The gradient of the activations, of the shape `shape.pooled`; rows lie `dPooledRowStride` floats apart.
    public var dPooled: UnsafePointer<Float>
    public var dPooledRowStride: Int
    /// Dense, of the same shape.
    public var peaks: UnsafePointer<Float>
    public var shape: ActivationShape
    public var affine: ChannelAffine
    public var terms: GradientTerms

    public init(
        dPooled: UnsafePointer<Float>, dPooledRowStride: Int, peaks: UnsafePointer<Float>,
        shape: ActivationShape, affine: ChannelAffine, terms: GradientTerms
    ) {
        self.dPooled = dPooled
        self.dPooledRowStride = dPooledRowStride
        self.peaks = peaks
        self.shape = shape
        self.affine = affine
        self.terms = terms
    }
}

/// Sums over one image that the norm's gradient needs, by channel: of g and of g · (peak − centre). A pixel is added to
/// the chain of its column mod 4, row by row; the chains are added as (0 + 1) + (2 + 3).
///
/// `sums` and `products`: one value a channel.
public typealias PooledGradientSumsKernel =
    @Sendable (
        _ gradient: PooledGradient, _ sums: UnsafeMutablePointer<Float>, _ products: UnsafeMutablePointer<Float>
    ) -> Void

public func activateReference(
    peaks: UnsafePointer<Float>, pooled: ActivationShape, affine: ChannelAffine, output: StridedOutput
) {
    let rowCount = pooled.width * pooled.channels
    for row in 0..<pooled.height {
        for index in 0..<rowCount {
            let channel = index % pooled.channels
            let value = affine.shift[channel].addingProduct(affine.scale[channel], peaks[row * rowCount + index])
            output.start[row * output.rowStride + index] = 0 > value ? 0 : value
        }
    }
}

public func pooledGradientSumsReference(
    gradient: PooledGradient, sums: UnsafeMutablePointer<Float>, products: UnsafeMutablePointer<Float>
) {
    let pooled = gradient.shape.pooled, C = pooled.channels
    for channel in 0..<C {
        var sumChains = SIMD4<Float>.zero, productChains = SIMD4<Float>.zero
        for pixel in 0..<pooled.pixels {
            let (row, column) = pixel.quotientAndRemainder(dividingBy: pooled.width)
            let g = gradient.passed(row, column, channel)
            let deviation = gradient.peaks[pixel * C + channel] - gradient.terms.centre[channel]
            sumChains[column & 3] += g
            productChains[column & 3] = productChains[column & 3].addingProduct(g, deviation)
        }
        sums[channel] = (sumChains[0] + sumChains[1]) + (sumChains[2] + sumChains[3])
        products[channel] = (productChains[0] + productChains[1]) + (productChains[2] + productChains[3])
    }
}

extension PooledGradient {
    /// g at a pixel of the pooled image.
    func passed(_ row: Int, _ column: Int, _ channel: Int) -> Float {
        let peak = peaks[(row * shape.pooled.width + column) * shape.channels + channel]
        let passes = affine.shift[channel].addingProduct(affine.scale[channel], peak) > 0
        return passes ? dPooled[row * dPooledRowStride + column * shape.channels + channel] : 0
    }

    /// dy at the four places of a window of `output`, row by row.
    func window(_ output: UnsafePointer<Float>, _ row: Int, _ column: Int, _ channel: Int) -> Four<Float> {
        let C = shape.channels, index = (row * shape.pooled.width + column) * C + channel
        var rest = passed(row, column, channel) * terms.gain[channel]
        let start = output + (2 * row * shape.width + 2 * column) * C + channel
        func value(_ offset: Int) -> Float {
            let y = start[offset]
            let affinePart = terms.offset[channel].addingProduct(terms.slope[channel], y - terms.centre[channel])
            defer { if y == peaks[index] { rest = 0 } }
            return affinePart + (y == peaks[index] ? rest : 0)
        }
        return (value(0), value(C), value(shape.width * C), value(shape.width * C + C))
    }
}
