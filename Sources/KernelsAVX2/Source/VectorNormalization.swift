import Kernels

// Each kernel equals its reference in `Kernels` bit for bit. Channels are a multiple of the vector's width: 16 at most.

func channelStatistics(
    input: UnsafePointer<Float>, shape: ActivationShape,
    means: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>
) {
    let C = shape.channels, pixels = shape.pixels
    for channel in stride(from: 0, to: C, by: Vector.scalarCount) {
        let column = input + channel
        let total = interleavedSum(pixels) { sum, pixel in sum += load(column, pixel * C) }
        let mean = total / Vector(repeating: Float(pixels))
        let square = interleavedSum(pixels) { sum, pixel in
            let deviation = load(column, pixel * C) - mean
            sum.addProduct(deviation, deviation)
        }
        store(mean, means, channel)
        store(square, squares, channel)
    }
}

func normalizeAndPool(
    input: UnsafePointer<Float>, shape: ActivationShape, affine: ChannelAffine,
    output: StridedOutput, peaks: UnsafeMutablePointer<Float>
) {
    let C = shape.channels, rowStride = shape.width * C, pooled = shape.pooled
    for row in 0..<pooled.height {
        for channel in stride(from: 0, to: C, by: Vector.scalarCount) {
            let scale = load(affine.scale, channel), shift = load(affine.shift, channel)
            var window = input + 2 * row * rowStride + channel
            var place = output.start + row * output.rowStride + channel
            var peakPlace = peaks + row * pooled.width * C + channel
            for _ in 0..<pooled.width {
                var peak = load(window, 0)
                var best = shift.addingProduct(scale, peak)
                take(load(window, C), scale, shift, &best, &peak)
                take(load(window, rowStride), scale, shift, &best, &peak)
                take(load(window, rowStride + C), scale, shift, &best, &peak)
                store(rectified(best), place, 0)
                store(peak, peakPlace, 0)
                window += 2 * C
                place += C
                peakPlace += C
            }
        }
    }
}

/// Keeps the candidate where its normalised value is above the best so far.
@inline(__always)
private func take(
    _ candidate: Vector, _ scale: Vector, _ shift: Vector, _ best: inout Vector, _ peak: inout Vector
) {
    let value = shift.addingProduct(scale, candidate)
    let isAbove = value .> best
    best.replace(with: value, where: isAbove)
    peak.replace(with: candidate, where: isAbove)
}

func pooledGradientSums(
    dPooled: UnsafePointer<Float>, peaks: UnsafePointer<Float>, pooled: ActivationShape,
    affine: ChannelAffine, centres: UnsafePointer<Float>,
    sums: UnsafeMutablePointer<Float>, products: UnsafeMutablePointer<Float>
) {
    let C = pooled.channels
    for channel in stride(from: 0, to: C, by: Vector.scalarCount) {
        let scale = load(affine.scale, channel), shift = load(affine.shift, channel), centre = load(centres, channel)
        let pair = interleavedSums(pooled.pixels) { sum, product, pixel in
            let peak = load(peaks, pixel * C + channel)
            let passes = shift.addingProduct(scale, peak) .> Vector.zero
            let gradient = Vector.zero.replacing(with: load(dPooled, pixel * C + channel), where: passes)
            sum += gradient
            product.addProduct(gradient, peak - centre)
        }
        store(pair.first, sums, channel)
        store(pair.second, products, channel)
    }
}

func unpoolGradient(
    dPooled: UnsafePointer<Float>, peaks: UnsafePointer<Float>, input: UnsafePointer<Float>,
    shape: ActivationShape, affine: ChannelAffine, terms: GradientTerms, dInput: UnsafeMutablePointer<Float>
) {
    let C = shape.channels, rowStride = shape.width * C, pooled = shape.pooled
    for row in 0..<pooled.height {
        for channel in stride(from: 0, to: C, by: Vector.scalarCount) {
            let scale = load(affine.scale, channel), shift = load(affine.shift, channel)
            let gain = load(terms.gain, channel)
            let line = Line(
                slope: load(terms.slope, channel), centre: load(terms.centre, channel),
                offset: load(terms.offset, channel))
            var start = 2 * row * rowStride + channel
            var index = row * pooled.width * C + channel
            for _ in 0..<pooled.width {
                let peak = load(peaks, index)
                let passes = shift.addingProduct(scale, peak) .> Vector.zero
                var gradient = Vector.zero.replacing(with: load(dPooled, index) * gain, where: passes)
                line.scatter(&gradient, peak, input + start, dInput + start)
                line.scatter(&gradient, peak, input + start + C, dInput + start + C)
                line.scatter(&gradient, peak, input + start + rowStride, dInput + start + rowStride)
                line.scatter(&gradient, peak, input + start + rowStride + C, dInput + start + rowStride + C)
                start += 2 * C
                index += C
            }
        }
    }
}

/// The part of the gradient that every pixel gets.
private struct Line {
    let slope: Vector
    let centre: Vector
    let offset: Vector

    /// Writes one pixel's gradient; `gradient` goes to the first pixel that equals the peak and is 0 from then on.
    @inline(__always)
    func scatter(
        _ gradient: inout Vector, _ peak: Vector, _ input: UnsafePointer<Float>, _ dInput: UnsafeMutablePointer<Float>
    ) {
        let value = load(input, 0)
        let isHere = value .== peak
        let affinePart = offset.addingProduct(slope, value - centre)
        store(affinePart + Vector.zero.replacing(with: gradient, where: isHere), dInput, 0)
        gradient.replace(with: 0, where: isHere)
    }
}
