import Kernels

// Each kernel equals its reference in `Kernels` bit for bit. Channels are a multiple of the vector's width: 16 at most.

func channelStatistics(
    input: UnsafePointer<Float>, shape: ActivationShape,
    means: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>
) {
    let C = shape.channels, pixels = shape.pixels
    for channel in VectorStarts(0..<C) {
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

func pool(
    input: UnsafePointer<Float>, shape: ActivationShape, slopes: UnsafePointer<Float>,
    peaks: UnsafeMutablePointer<Float>
) {
    let C = shape.channels, down = shape.width * C, pooled = shape.pooled
    for channel in VectorStarts(0..<C) {
        let falls = load(slopes, channel) .< Vector.zero
        for row in 0..<pooled.height {
            var window = input + 2 * row * down + channel
            var place = peaks + row * pooled.width * C + channel
            for _ in 0..<pooled.width {
                let first = load(window, 0), second = load(window, C)
                let third = load(window, down), fourth = load(window, down + C)
                let highest = higher(fourth, higher(third, higher(second, first)))
                let lowest = lower(fourth, lower(third, lower(second, first)))
                store(highest.replacing(with: lowest, where: falls), place, 0)
                window += 2 * C
                place += C
            }
        }
    }
}

func activate(peaks: UnsafePointer<Float>, pooled: ActivationShape, affine: ChannelAffine, output: StridedOutput) {
    let C = pooled.channels
    for channel in VectorStarts(0..<C) {
        let scale = load(affine.scale, channel), shift = load(affine.shift, channel)
        for row in 0..<pooled.height {
            let line = peaks + row * pooled.width * C + channel
            let target = output.start + row * output.rowStride + channel
            for column in 0..<pooled.width {
                store(rectified(shift.addingProduct(scale, load(line, column * C))), target, column * C)
            }
        }
    }
}

func pooledGradientSums(
    gradient: PooledGradient, sums: UnsafeMutablePointer<Float>, products: UnsafeMutablePointer<Float>
) {
    let pooled = gradient.shape.pooled, C = pooled.channels
    for channel in VectorStarts(0..<C) {
        let unpooling = Unpooling(gradient, channel)
        let pair = interleavedSums(pooled.pixels) { sum, product, pixel in
            let (peak, g) = unpooling.passed(pixel * C)
            sum += g
            product.addProduct(g, peak - unpooling.centre)
        }
        store(pair.first, sums, channel)
        store(pair.second, products, channel)
    }
}

func unpoolGradient(gradient: PooledGradient, dOutput: UnsafeMutablePointer<Float>) {
    let shape = gradient.shape, C = shape.channels, down = shape.width * C
    for channel in VectorStarts(0..<C) {
        let unpooling = Unpooling(gradient, channel)
        for row in 0..<shape.pooled.height {
            for column in 0..<shape.pooled.width {
                let values = unpooling.window(row, column)
                let start = dOutput + 2 * row * down + 2 * column * C + channel
                store(values.0, start, 0)
                store(values.1, start, C)
                store(values.2, start, down)
                store(values.3, start, down + C)
            }
        }
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
    let output: UnsafePointer<Float>
    let channels: Int
    let pooledWidth: Int

    @_transparent
    init(_ gradient: PooledGradient, _ channel: Int) {
        scale = load(gradient.affine.scale, channel)
        shift = load(gradient.affine.shift, channel)
        gain = load(gradient.terms.gain, channel)
        slope = load(gradient.terms.slope, channel)
        centre = load(gradient.terms.centre, channel)
        offset = load(gradient.terms.offset, channel)
        dPooled = gradient.dPooled + channel
        peaks = gradient.peaks + channel
        output = gradient.output + channel
        channels = gradient.shape.channels
        pooledWidth = gradient.shape.width / 2
    }

    /// The peak and g at an index of the pooled image.
    @_transparent
    func passed(_ index: Int) -> (peak: Vector, g: Vector) {
        let peak = load(peaks, index)
        let passes = shift.addingProduct(scale, peak) .> Vector.zero
        return (peak, Vector.zero.replacing(with: load(dPooled, index), where: passes))
    }

    /// dy at the four places of a window, row by row.
    @_transparent
    func window(_ row: Int, _ column: Int) -> Four<Vector> {
        let (peak, g) = passed((row * pooledWidth + column) * channels)
        let start = output + (4 * row * pooledWidth + 2 * column) * channels
        var rest = g * gain
        let first = take(load(start, 0), peak, &rest)
        let second = take(load(start, channels), peak, &rest)
        let third = take(load(start, 2 * pooledWidth * channels), peak, &rest)
        return (first, second, third, take(load(start, (2 * pooledWidth + 1) * channels), peak, &rest))
    }

    /// dy at one place; `rest` goes to the first y that equals the peak and is 0 from then on.
    @_transparent
    func take(_ y: Vector, _ peak: Vector, _ rest: inout Vector) -> Vector {
        let isHere = y .== peak
        let value = offset.addingProduct(slope, y - centre) + Vector.zero.replacing(with: rest, where: isHere)
        rest.replace(with: Vector.zero, where: isHere)
        return value
    }
}
