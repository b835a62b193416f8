import Kernels

// Each kernel equals its reference in `Kernels` bit for bit. Channels are a multiple of the vector's width: 16 at most.

func activate(peaks: UnsafePointer<Float>, pooled: ActivationShape, affine: ChannelAffine, output: StridedOutput) {
    let C = pooled.channels
    for row in 0..<pooled.height {
        for column in 0..<pooled.width {
            let pixel = peaks + (row * pooled.width + column) * C
            let target = output.start + row * output.rowStride + column * C
            for channel in VectorStarts(0..<C) {
                let value = load(affine.shift, channel).addingProduct(load(affine.scale, channel), load(pixel, channel))
                store(rectified(value), target, channel)
            }
        }
    }
}

func pooledGradientSums(
    gradient: PooledGradient, sums: UnsafeMutablePointer<Float>, products: UnsafeMutablePointer<Float>
) {
    let pooled = gradient.shape.pooled, C = pooled.channels
    for channel in VectorStarts(0..<C) {
        let unpooling = Unpooling(gradient, channel, channels: C)
        var chains = (GradientSums(), GradientSums(), GradientSums(), GradientSums())
        for row in 0..<pooled.height {
            var peak = row * pooled.width * C, place = row * gradient.dPooledRowStride, rest = pooled.width
            while rest >= 4 {
                chains.0.add(unpooling, peak, place)
                chains.1.add(unpooling, peak + C, place + C)
                chains.2.add(unpooling, peak + 2 * C, place + 2 * C)
                chains.3.add(unpooling, peak + 3 * C, place + 3 * C)
                peak += 4 * C
                place += 4 * C
                rest -= 4
            }
            if rest > 0 { chains.0.add(unpooling, peak, place) }
            if rest > 1 { chains.1.add(unpooling, peak + C, place + C) }
            if rest > 2 { chains.2.add(unpooling, peak + 2 * C, place + 2 * C) }
        }
        store((chains.0.sum + chains.1.sum) + (chains.2.sum + chains.3.sum), sums, channel)
        store((chains.0.product + chains.1.product) + (chains.2.product + chains.3.product), products, channel)
    }
}

/// Sums of g and of g · (peak − centre).
private struct GradientSums {
    var sum = Vector.zero
    var product = Vector.zero

    @_transparent
    mutating func add(_ unpooling: Unpooling, _ peakPlace: Int, _ gradientPlace: Int) {
        let (peak, g) = unpooling.passed(peakPlace, gradientPlace)
        sum += g
        product.addProduct(g, peak - unpooling.centre)
    }
}

/// A vector of channels of a `PooledGradient`.
struct Unpooling {
    let centre: Vector
    let scale: Vector
    let shift: Vector
    let gain: Vector
    let slope: Vector
    let offset: Vector
    let dPooled: UnsafePointer<Float>
    let peaks: UnsafePointer<Float>
    let channels: Int

    @_transparent
    init(_ gradient: PooledGradient, _ channel: Int, channels: Int) {
        scale = load(gradient.affine.scale, channel)
        shift = load(gradient.affine.shift, channel)
        gain = load(gradient.terms.gain, channel)
        slope = load(gradient.terms.slope, channel)
        centre = load(gradient.terms.centre, channel)
        offset = load(gradient.terms.offset, channel)
        dPooled = gradient.dPooled + channel
        peaks = gradient.peaks + channel
        self.channels = channels
    }

    /// The peak and g of a pixel of the pooled image, at its places in `peaks` and in `dPooled`.
    @_transparent
    func passed(_ peakPlace: Int, _ gradientPlace: Int) -> (peak: Vector, g: Vector) {
        let peak = load(peaks, peakPlace)
        let activation = shift.addingProduct(scale, peak)
        return (peak, Vector.choose(activation, isAbove: Vector.zero, load(dPooled, gradientPlace), else: Vector.zero))
    }

    /// dy at the four places of a window, row by row. `start`: the output of the first one; rows lie `down` apart.
    @_transparent
    func window(
        _ peakPlace: Int, _ gradientPlace: Int, _ start: UnsafePointer<Float>, _ down: Int
    ) -> Four<Vector> {
        let (peak, g) = passed(peakPlace, gradientPlace)
        var rest = g * gain
        let first = take(load(start, 0), peak, &rest)
        let second = take(load(start, channels), peak, &rest)
        let third = take(load(start, down), peak, &rest)
        return (first, second, third, take(load(start, down + channels), peak, &rest))
    }

    /// dy at one place; `rest` goes to the first y that equals the peak and is 0 from then on.
    @_transparent
    func take(_ y: Vector, _ peak: Vector, _ rest: inout Vector) -> Vector {
        let value = offset.addingProduct(slope, y - centre) + Vector.choose(y, equals: peak, rest, else: Vector.zero)
        rest = Vector.choose(y, equals: peak, Vector.zero, else: rest)
        return value
    }
}
