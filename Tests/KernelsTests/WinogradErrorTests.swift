import Kernels
import TestSupport
import Testing

/// Winograd's convolution keeps the stated error.
///
/// A third layer's image, 8×8×64 to 128 channels, through Winograd's steps and by the definition in Double.
///
/// Measured relative root mean square errors, numbers even in ±1: forward 8.8e-7, weight gradient 4.4e-7, input
/// gradient 1.1e-6. Each bound leaves a third more. A third of it comes of the transforms, the rest of the chains over
/// 64 channels.
struct WinogradErrorTests {
    static let input = ActivationShape(height: 8, width: 8, channels: 64)
    static let output = ActivationShape(height: 8, width: 8, channels: 128)
    static let tiles = 4

    let table = vectorTables.last ?? .reference
    let padded: Buffer
    let filters: Buffer
    let dOutput: Buffer

    init() {
        var numbers = FormulaNumbers(31)
        padded = Buffer(count: Self.input.paddedCount)
        for row in 0..<8 {
            for index in 0..<8 * 64 {
                padded.start[Self.input.paddedOrigin + row * Self.input.paddedRowStride + index] = numbers.next()
            }
        }
        filters = Buffer(numbers.array(9 * 64 * 128))
        dOutput = Buffer(numbers.array(Self.output.count))
    }

    private func planes(_ rows: Int, _ columns: Int) -> (WinogradPlanes, Buffer) {
        let memory = Buffer(count: WinogradPlanes.count(rows: rows, columns: columns))
        let stride = WinogradPlanes.planeStride(rows: rows, columns: columns)
        return (WinogradPlanes(start: memory.start, planeStride: stride, rowStride: columns), memory)
    }

    private func view(_ memory: Buffer, rows: Int, columns: Int) -> FilterView {
        FilterView(
            start: memory.start, tapStride: rows * columns, rowStride: columns,
            size: MatrixSize(rows: rows, columns: columns))
    }

    /// left · right for each point. `transposesLeft`: the tiles are what is summed over.
    private func multiply(
        _ left: WinogradPlanes, _ right: WinogradPlanes, _ size: ProductSize, into result: WinogradPlanes,
        transposesLeft: Bool = false
    ) {
        for plane in 0..<WinogradPlanes.count {
            let start = left.start + plane * left.planeStride
            table.matrixProduct(
                transposesLeft
                    ? LeftMatrix(start, rowStride: 1, innerStride: left.rowStride)
                    : LeftMatrix(start, rowStride: left.rowStride),
                RightMatrix(right.start + plane * right.planeStride, innerStride: right.rowStride), size,
                StridedOutput(start: result.start + plane * result.planeStride, rowStride: result.rowStride), false)
        }
    }

    /// Calls `body` with each tap and the pixels that it connects.
    private func forEachTap(_ body: (_ tap: Int, _ inputPlace: Int, _ outputPixel: Int) -> Void) {
        for pixel in 0..<64 {
            for tap in 0..<9 {
                let row = pixel / 8 + tap / 3, column = pixel % 8 + tap % 3
                body(tap, row * Self.input.paddedRowStride + column * 64, pixel)
            }
        }
    }

    @Test func `a convolution by Winograd's steps keeps the stated error`() {
        let (v, vMemory) = planes(Self.tiles, 64), (u, uMemory) = planes(64, 128),
            (m, mMemory) = planes(Self.tiles, 128)
        table.winogradInput(padded.start, Self.input, v)
        table.winogradWeights(view(filters, rows: 64, columns: 128), u)
        multiply(v, u, ProductSize(rows: Self.tiles, columns: 128, inner: 64), into: m)
        let actual = Buffer(count: Self.output.count)
        let summary = Buffer(count: Self.output.pooled.count + 5 * 128)
        table.winogradOutput(
            m, Self.output, 128, actual.start, summary.start,
            OutputSummary(
                peaks: summary.start + 5 * 128,
                statistics: ChannelStatistics(means: summary.start, squares: summary.start + 128)),
            summary.start + 2 * 128)
        withExtendedLifetime((vMemory, uMemory, mMemory)) {}

        var expected = [Double](repeating: 0, count: Self.output.count)
        forEachTap { tap, place, pixel in
            for c in 0..<64 {
                let x = Double(padded.start[place + c])
                for k in 0..<128 { expected[pixel * 128 + k] += x * Double(filters.start[(tap * 64 + c) * 128 + k]) }
            }
        }
        #expect(relativeError(actual.values, expected) < 1.2e-6)
    }

    @Test func `a weight gradient by Winograd's steps keeps the stated error`() {
        let (v, vMemory) = planes(Self.tiles, 64), (z, zMemory) = planes(Self.tiles, 128),
            (du, duMemory) = planes(64, 128)
        table.winogradInput(padded.start, Self.input, v)
        writeOutputGradient(z)
        multiply(v, z, ProductSize(rows: 64, columns: 128, inner: Self.tiles), into: du, transposesLeft: true)
        let actual = Buffer(count: 9 * 64 * 128)
        table.winogradWeightGradient(du, view(actual, rows: 64, columns: 128))
        withExtendedLifetime((vMemory, zMemory, duMemory)) {}

        var expected = [Double](repeating: 0, count: 9 * 64 * 128)
        forEachTap { tap, place, pixel in
            for c in 0..<64 {
                let x = Double(padded.start[place + c])
                for k in 0..<128 { expected[(tap * 64 + c) * 128 + k] += x * Double(dOutput.start[pixel * 128 + k]) }
            }
        }
        #expect(relativeError(actual.values, expected) < 6e-7)
    }

    @Test func `an input gradient by Winograd's steps keeps the stated error`() {
        let transposed = Buffer(count: 9 * 128 * 64)
        for tap in 0..<9 {
            table.transpose(
                filters.start + tap * 64 * 128, 128, MatrixSize(rows: 64, columns: 128),
                StridedOutput(start: transposed.start + tap * 128 * 64, rowStride: 64))
        }
        let (z, zMemory) = planes(Self.tiles, 128), (u, uMemory) = planes(128, 64),
            (dv, dvMemory) = planes(Self.tiles, 64)
        writeOutputGradient(z)
        table.winogradWeights(view(transposed, rows: 128, columns: 64), u)
        multiply(z, u, ProductSize(rows: Self.tiles, columns: 64, inner: 128), into: dv)
        let actual = Buffer(count: Self.input.paddedCount)
        table.winogradInputGradient(dv, Self.input, actual.start)
        withExtendedLifetime((zMemory, uMemory, dvMemory)) {}

        var expected = [Double](repeating: 0, count: Self.input.paddedCount)
        forEachTap { tap, place, pixel in
            for c in 0..<64 {
                for k in 0..<128 {
                    expected[place + c] +=
                        Double(filters.start[(tap * 64 + c) * 128 + k]) * Double(dOutput.start[pixel * 128 + k])
                }
            }
        }
        #expect(relativeError(actual.values, expected) < 1.5e-6)
    }

    /// Z of `dOutput`: with a slope of 1 and nothing else, the gradient is what stands for the output.
    private func writeOutputGradient(_ planes: WinogradPlanes) {
        let zero = Buffer(count: Self.output.pooled.count), one = Buffer(count: 128, repeating: 1)
        let gradient = PooledGradient(
            dPooled: zero.start, dPooledRowStride: 4 * 128, peaks: zero.start, shape: Self.output,
            affine: ChannelAffine(scale: zero.start, shift: zero.start),
            terms: GradientTerms(gain: zero.start, slope: one.start, centre: zero.start, offset: zero.start))
        table.winogradOutputGradient(gradient, dOutput.start, 0..<128, planes)
        withExtendedLifetime((zero, one)) {}
    }
}
