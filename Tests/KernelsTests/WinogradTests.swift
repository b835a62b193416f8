import Kernels
import TestSupport
import Testing

/// An output and its summary, in which a kernel writes some channels.
private struct OutputCase {
    let shape: ActivationShape
    let output: Buffer
    let peaks: Buffer
    let statistics: Buffer
    let slopes: Buffer

    init(_ shape: ActivationShape, isRising: Bool) {
        self.shape = shape
        output = Buffer(count: shape.count)
        peaks = Buffer(count: shape.pooled.count)
        statistics = Buffer(count: 2 * shape.channels)
        var numbers = FormulaNumbers(9)
        slopes = Buffer(numbers.array(shape.channels).map { isRising ? $0.magnitude : $0 })
    }

    /// The bits of all that is written.
    func written(
        _ table: KernelTable, _ planes: WinogradPlanes, channels: Int, isKept: Bool, hasStatistics: Bool
    ) -> [UInt32] {
        let scratch = Buffer(count: OutputSummary.scratchCount(channels: channels), repeating: 5)
        let written = ChannelStatistics(means: statistics.start, squares: statistics.start + shape.channels)
        let summary = OutputSummary(peaks: peaks.start, statistics: hasStatistics ? written : nil)
        table.winogradOutput(
            planes, shape, channels, isKept ? output.start : nil, slopes.start, summary, scratch.start)
        return bits(output.values + peaks.values + statistics.values)
    }
}

struct WinogradTests {
    /// One tile, several in each direction, the channels of one vector and of the network's layers.
    static let shapes: [ActivationShape] = [(4, 4, 16), (4, 8, 48), (8, 4, 32), (16, 16, 32), (8, 8, 128)]
        .map { ActivationShape(height: $0.0, width: $0.1, channels: $0.2) }

    private func planes(_ rows: Int, _ columns: Int, _ seed: UInt32) -> (planes: WinogradPlanes, memory: Buffer) {
        var numbers = FormulaNumbers(seed)
        let memory = Buffer(numbers.array(WinogradPlanes.count(rows: rows, columns: columns)))
        let stride = WinogradPlanes.planeStride(rows: rows, columns: columns)
        return (WinogradPlanes(start: memory.start, planeStride: stride, rowStride: columns), memory)
    }

    /// What a kernel writes over the same numbers with a table, as bits.
    private func written(
        _ rows: Int, _ columns: Int, _ kernel: (WinogradPlanes) -> Void
    ) -> [UInt32] {
        let (planes, memory) = planes(rows, columns, 1)
        kernel(planes)
        return bits(memory.values)
    }

    @Test(arguments: vectorTables, shapes)
    func `transforms of inputs have the reference's bits`(table: KernelTable, shape: ActivationShape) {
        var numbers = FormulaNumbers(2)
        let padded = numbers.array(shape.paddedCount), tiles = shape.pixels / 16
        let expected = written(tiles, shape.channels) {
            winogradInputReference(padded: padded, shape: shape, planes: $0)
        }
        #expect(written(tiles, shape.channels) { table.winogradInput(padded, shape, $0) } == expected)

        let (source, memory) = planes(tiles, shape.channels, 3)
        let expectedGradient = Buffer(padded), gradient = Buffer(padded)
        winogradInputGradientReference(planes: source, shape: shape, padded: expectedGradient.start)
        table.winogradInputGradient(source, shape, gradient.start)
        #expect(bits(gradient.values) == bits(expectedGradient.values))
        withExtendedLifetime(memory) {}
    }

    @Test(arguments: vectorTables, shapes)
    func `transforms of outputs have the reference's bits`(table: KernelTable, shape: ActivationShape) {
        let tiles = shape.pixels / 16, image = PoolingCase(shape)
        // A panel that does not have all channels.
        let channels = shape.channels > 16 ? 16..<shape.channels : 0..<16
        let (source, memory) = planes(tiles, shape.channels, 4)
        for (isKept, isRising, hasStatistics) in [
            (true, false, true), (false, false, true), (true, true, true), (false, false, false), (true, true, false),
        ] {
            let output = { (table: KernelTable) in
                OutputCase(shape, isRising: isRising).written(
                    table, source, channels: channels.count, isKept: isKept, hasStatistics: hasStatistics)
            }
            #expect(output(table) == output(.reference))
        }
        withExtendedLifetime(memory) {}

        let expectedGradient = written(tiles, shape.channels) {
            winogradOutputGradientReference(
                gradient: image.gradient, output: image.output.start, channels: channels, planes: $0)
        }
        #expect(
            written(tiles, shape.channels) {
                table.winogradOutputGradient(image.gradient, image.output.start, channels, $0)
            }
                == expectedGradient)
    }

    @Test(arguments: vectorTables, [(3, 32), (16, 64), (64, 16)])
    func `transforms of weights have the reference's bits`(table: KernelTable, size: (rows: Int, columns: Int)) {
        let (rows, columns) = size, matrix = MatrixSize(rows: rows, columns: columns)
        var numbers = FormulaNumbers(5)
        let filters = Buffer(numbers.array(9 * rows * (columns + 16)))
        let view = { (memory: Buffer) in
            FilterView(start: memory.start, tapStride: rows * (columns + 16), rowStride: columns + 16, size: matrix)
        }
        let expected = written(rows, columns) { winogradWeightsReference(filters: view(filters), planes: $0) }
        #expect(written(rows, columns) { table.winogradWeights(view(filters), $0) } == expected)

        let (source, memory) = planes(rows, columns, 6)
        let expectedGradient = Buffer(filters.values), gradient = Buffer(filters.values)
        winogradWeightGradientReference(planes: source, filters: view(expectedGradient))
        table.winogradWeightGradient(source, view(gradient))
        #expect(bits(gradient.values) == bits(expectedGradient.values))
        withExtendedLifetime(memory) {}
    }

    /// The backward transforms are the forward ones transposed: ⟨T x, y⟩ = ⟨x, Tᵀ y⟩.
    @Test func `transforms of the two directions are transposes of each other`() {
        var numbers = FormulaNumbers(8)
        let six = { (values: [Float]) in (values[0], values[1], values[2], values[3], values[4], values[5]) }
        let array = { (v: Six<Float>) in [v.0, v.1, v.2, v.3, v.4, v.5] }
        let product = { (x: [Float], y: [Float]) in zip(x, y).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } }
        for _ in 0..<20 {
            let x = numbers.array(6), y = numbers.array(6), z = numbers.array(4), g = numbers.array(3)
            let input = product(array(WinogradSide.input(six(x))), y)
            #expect(abs(input - product(x, array(WinogradSide.inputGradient(six(y))))) < 1e-5)
            let output = WinogradSide.output(six(x))
            let outputGradient = array(WinogradSide.outputGradient((z[0], z[1], z[2], z[3])))
            #expect(abs(product([output.0, output.1, output.2, output.3], z) - product(x, outputGradient)) < 1e-5)
            let weights = array(WinogradSide.weights((g[0], g[1], g[2])))
            let weightGradient = WinogradSide.weightGradient(six(y))
            let expected = product(g, [weightGradient.0, weightGradient.1, weightGradient.2])
            #expect(abs(product(weights, y) - expected) < 1e-5)
        }
    }
}
