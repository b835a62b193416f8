import Kernels
import Testing

/// Everything that the pass between a convolution and the next layer needs of one image. Each fourth value repeats its
/// neighbour's, so that windows have ties; slopes and scales have both signs.
struct PoolingCase {
    let shape: ActivationShape
    var input: [Float]
    let output: Buffer
    let dPooled: Buffer
    let dPooledRowStride: Int
    let peaks: Buffer
    private let rows: [Buffer]

    init(_ shape: ActivationShape) {
        self.shape = shape
        var numbers = Numbers(7)
        input = numbers.array(shape.count)
        for index in stride(from: shape.channels, to: shape.count, by: 4) {
            input[index] = input[index - shape.channels]
        }
        output = Buffer(input)
        dPooledRowStride = shape.pooled.width * shape.channels + 32
        dPooled = Buffer(numbers.array(shape.pooled.height * dPooledRowStride))
        rows = (0..<6).map { _ in Buffer(numbers.array(shape.channels)) }
        peaks = Buffer(count: shape.pooled.count)
        poolReference(input: input, shape: shape, slopes: affine.scale, peaks: peaks.start)
    }

    var affine: ChannelAffine { ChannelAffine(scale: rows[0].start, shift: rows[1].start) }

    var gradient: PooledGradient {
        PooledGradient(
            dPooled: dPooled.start, dPooledRowStride: dPooledRowStride, peaks: peaks.start, output: output.start,
            shape: shape, affine: affine,
            terms: GradientTerms(
                gain: rows[2].start, slope: rows[3].start, centre: rows[4].start, offset: rows[5].start))
    }

    func statistics(_ table: KernelTable) -> [Float] {
        var means = [Float](repeating: 0, count: shape.channels), squares = means
        table.channelStatistics(input, shape, &means, &squares)
        return means + squares
    }

    func pooled(_ table: KernelTable) -> [Float] {
        let peaks = Buffer(count: shape.pooled.count)
        table.pool(input, shape, affine.scale, peaks.start)
        return peaks.values
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

@Suite("The vector kernels of norm and pooling give the reference's bits")
struct PoolingKernelTests {
    @Test(arguments: vectorTables, shapes)
    func channelStatistics(table: KernelTable, shape: ActivationShape) {
        let image = PoolingCase(shape)
        #expect(bits(image.statistics(table)) == bits(image.statistics(.reference)))
    }

    @Test(arguments: vectorTables, shapes)
    func poolingForwardAndBackward(table: KernelTable, shape: ActivationShape) {
        let image = PoolingCase(shape)
        #expect(bits(image.pooled(table)) == bits(image.pooled(.reference)))
        #expect(bits(image.activations(table)) == bits(image.activations(.reference)))
        #expect(bits(image.gradientSums(table)) == bits(image.gradientSums(.reference)))
    }

    @Test func statisticsOfALargeMeanKeepTheirVariance() {
        let shape = ActivationShape(height: 32, width: 32, channels: 16)
        var image = PoolingCase(shape)
        for index in image.input.indices { image.input[index] = 10_000 + Float(index / 16 % 2) }
        let statistics = image.statistics(.reference)
        #expect(statistics[0] == 10_000.5)
        #expect(statistics[16] == 256)
    }

    @Test func aFallingMapTurnsTheMaximumIntoTheMinimum() {
        let shape = ActivationShape(height: 2, width: 2, channels: 2), input: [Float] = [1, 1, 3, 3, -2, -2, 2, 2]
        var peaks: [Float] = [0, 0]
        poolReference(input: input, shape: shape, slopes: [0.5, -0.5], peaks: &peaks)
        #expect(peaks == [3, -2])
    }

    @Test(arguments: [KernelTable.reference] + vectorTables)
    func anActivationThatIsNotANumberStaysOne(table: KernelTable) {
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
