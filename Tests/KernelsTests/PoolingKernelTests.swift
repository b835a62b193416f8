import Kernels
import TestSupport
import Testing

/// Everything that the pass between a convolution and the next layer needs of one image. Each fourth value repeats its
/// neighbour's, so that windows have ties; slopes and scales have both signs.
struct PoolingCase {
    let shape: ActivationShape
    let input: [Float]
    let output: Buffer
    let dPooled: Buffer
    let dPooledRowStride: Int
    let peaks: Buffer
    private let rows: [Buffer]

    init(_ shape: ActivationShape) {
        self.shape = shape
        var numbers = FormulaNumbers(7)
        var input = numbers.array(shape.count)
        for index in stride(from: shape.channels, to: shape.count, by: 4) {
            input[index] = input[index - shape.channels]
        }
        self.input = input
        output = Buffer(input)
        dPooledRowStride = shape.pooled.width * shape.channels + 32
        dPooled = Buffer(numbers.array(shape.pooled.height * dPooledRowStride))
        rows = (0..<6).map { _ in Buffer(numbers.array(shape.channels)) }
        peaks = Buffer(count: shape.pooled.count)
        for window in 0..<shape.pooled.pixels {
            let first = (window / shape.pooled.width * shape.width + window % shape.pooled.width) * 2
            for channel in 0..<shape.channels {
                let corners = [0, 1, shape.width, shape.width + 1].map {
                    input[(first + $0) * shape.channels + channel]
                }
                let isRising = affine.scale[channel] >= 0
                peaks.start[window * shape.channels + channel] = isRising ? corners.max()! : corners.min()!
            }
        }
    }

    var affine: ChannelAffine { ChannelAffine(scale: rows[0].start, shift: rows[1].start) }

    var gradient: PooledGradient {
        PooledGradient(
            dPooled: dPooled.start, dPooledRowStride: dPooledRowStride, peaks: peaks.start, shape: shape,
            affine: affine,
            terms: GradientTerms(
                gain: rows[2].start, slope: rows[3].start, centre: rows[4].start, offset: rows[5].start))
    }

    /// With a gap after each row.
    func activations(_ table: KernelTable) -> [Float] {
        let output = Buffer(count: shape.pooled.height * dPooledRowStride, repeating: -1)
        table.activate(
            peaks.start, shape.pooled, affine, StridedOutput(start: output.start, rowStride: dPooledRowStride))
        return output.values
    }

    func gradientSums(_ table: KernelTable) -> [Float] {
        let sums = Buffer(count: shape.channels), products = Buffer(count: shape.channels)
        table.pooledGradientSums(gradient, sums.start, products.start)
        return sums.values + products.values
    }
}

/// The vector kernels of norm and ReLU give the reference's bits.
struct PoolingKernelTests {
    @Test(arguments: vectorTables, shapes)
    func `activations and gradient sums of vector kernels have the reference's bits`(
        table: KernelTable, shape: ActivationShape
    ) {
        let image = PoolingCase(shape)
        #expect(bits(image.activations(table)) == bits(image.activations(.reference)))
        #expect(bits(image.gradientSums(table)) == bits(image.gradientSums(.reference)))
    }

    @Test(arguments: [KernelTable.reference] + vectorTables)
    func `an activation that is not a number stays one`(table: KernelTable) {
        let shape = ActivationShape(height: 1, width: 1, channels: 16)
        let peaks = Buffer([.nan, 2, -2, -0.0] + [Float](repeating: 1, count: 12)), output = Buffer(count: 16)
        let one = Buffer(count: 16, repeating: 1), zero = Buffer(count: 16)
        table.activate(
            peaks.start, shape, ChannelAffine(scale: one.start, shift: zero.start),
            StridedOutput(start: output.start, rowStride: 16))
        #expect(output.values[0].isNaN)
        #expect(Array(output.values[1...]) == [2, 0, 0] + [Float](repeating: 1, count: 12))
    }
}
