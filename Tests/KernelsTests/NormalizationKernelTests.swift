import Kernels
import Testing

@Suite("The vector kernels of norm and pooling give the reference's bits")
struct NormalizationKernelTests {
    /// Everything that one image of a shape needs. Each fourth value repeats its neighbour's, so that windows have ties.
    struct Case {
        let shape: ActivationShape
        var input: [Float]
        let dPooled: [Float]
        let rows: [[Float]]

        init(_ shape: ActivationShape) {
            self.shape = shape
            var numbers = Numbers(7)
            input = numbers.array(shape.count)
            for index in stride(from: shape.channels, to: shape.count, by: 4) {
                input[index] = input[index - shape.channels]
            }
            dPooled = numbers.array(shape.pooled.count)
            rows = (0..<6).map { _ in numbers.array(shape.channels) }
        }

        /// Calls `body` with pointers to scale and shift.
        func withAffine<R>(_ body: (ChannelAffine) -> R) -> R {
            rows[0].withUnsafeBufferPointer { scale in
                rows[1].withUnsafeBufferPointer { shift in
                    body(ChannelAffine(scale: scale.baseAddress!, shift: shift.baseAddress!))
                }
            }
        }

        func statistics(_ table: KernelTable) -> [Float] {
            var means = [Float](repeating: 0, count: shape.channels), squares = means
            table.channelStatistics(input, shape, &means, &squares)
            return means + squares
        }

        /// Outputs with a gap after each row, then the peaks.
        func pooled(_ table: KernelTable) -> (outputs: [Float], peaks: [Float]) {
            let rowStride = shape.pooled.width * shape.channels + 3
            var outputs = [Float](repeating: -1, count: shape.pooled.height * rowStride)
            var peaks = [Float](repeating: 0, count: shape.pooled.count)
            outputs.withUnsafeMutableBufferPointer { outputs in
                withAffine {
                    let output = StridedOutput(start: outputs.baseAddress!, rowStride: rowStride)
                    table.normalizeAndPool(input, shape, $0, output, &peaks)
                }
            }
            return (outputs, peaks)
        }

        func gradientSums(_ table: KernelTable, peaks: [Float]) -> [Float] {
            var sums = [Float](repeating: 0, count: shape.channels), products = sums
            withAffine { table.pooledGradientSums(dPooled, peaks, shape.pooled, $0, rows[2], &sums, &products) }
            return sums + products
        }

        func unpooled(_ table: KernelTable, peaks: [Float]) -> [Float] {
            var dInput = [Float](repeating: 0, count: shape.count)
            rows[2].withUnsafeBufferPointer { gain in
                rows[3].withUnsafeBufferPointer { slope in
                    rows[4].withUnsafeBufferPointer { centre in
                        rows[5].withUnsafeBufferPointer { offset in
                            let terms = GradientTerms(
                                gain: gain.baseAddress!, slope: slope.baseAddress!, centre: centre.baseAddress!,
                                offset: offset.baseAddress!)
                            withAffine { table.unpoolGradient(dPooled, peaks, input, shape, $0, terms, &dInput) }
                        }
                    }
                }
            }
            return dInput
        }
    }

    @Test(arguments: vectorTables, shapes)
    func channelStatistics(table: KernelTable, shape: ActivationShape) {
        let image = Case(shape)
        #expect(bits(image.statistics(table)) == bits(image.statistics(.reference)))
    }

    @Test(arguments: vectorTables, shapes)
    func poolingForwardAndBackward(table: KernelTable, shape: ActivationShape) {
        let image = Case(shape)
        let expected = image.pooled(.reference), actual = image.pooled(table)
        #expect(bits(actual.outputs) == bits(expected.outputs))
        #expect(bits(actual.peaks) == bits(expected.peaks))
        let peaks = expected.peaks
        #expect(bits(image.gradientSums(table, peaks: peaks)) == bits(image.gradientSums(.reference, peaks: peaks)))
        #expect(bits(image.unpooled(table, peaks: peaks)) == bits(image.unpooled(.reference, peaks: peaks)))
    }

    @Test func statisticsOfALargeMeanKeepTheirVariance() {
        let shape = ActivationShape(height: 32, width: 32, channels: 16)
        var image = Case(shape)
        for index in image.input.indices { image.input[index] = 10_000 + Float(index / 16 % 2) }
        let statistics = image.statistics(.reference)
        #expect(statistics[0] == 10_000.5)
        #expect(statistics[16] == 256)
    }

    @Test func theGradientOfATieGoesToTheFirstMaximum() {
        let shape = ActivationShape(height: 2, width: 2, channels: 1)
        let input: [Float] = [1, 3, 3, 2], one: [Float] = [1], zero: [Float] = [0]
        var output: [Float] = [0], peak: [Float] = [0], dInput = [Float](repeating: 0, count: 4)
        one.withUnsafeBufferPointer { one in
            zero.withUnsafeBufferPointer { zero in
                let affine = ChannelAffine(scale: one.baseAddress!, shift: zero.baseAddress!)
                let terms = GradientTerms(
                    gain: one.baseAddress!, slope: zero.baseAddress!, centre: zero.baseAddress!,
                    offset: zero.baseAddress!)
                output.withUnsafeMutableBufferPointer {
                    normalizeAndPoolReference(
                        input: input, shape: shape, affine: affine,
                        output: StridedOutput(start: $0.baseAddress!, rowStride: 1), peaks: &peak)
                }
                unpoolGradientReference(
                    dPooled: [5], peaks: peak, input: input, shape: shape, affine: affine, terms: terms,
                    dInput: &dInput)
            }
        }
        #expect(output == [3])
        #expect(dInput == [0, 5, 0, 0])
    }
}
