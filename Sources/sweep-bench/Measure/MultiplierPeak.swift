import Kernels
import Training

/// The fused multiply-adds that a core can do, as the limit that everything else is a share of.
///
/// Measured with the matrix product itself, on operands that together fill most of a first-level cache of 32 KiB: a
/// loop of nothing but multiply-adds would find the clock's figure, which no product can reach.
enum MultiplierPeak {
    private static let size = ProductSize(rows: 18, columns: 64, inner: 80)

    /// FLOP a second of the core that the calling thread is on; a multiply-add counts as two.
    static func measure(_ kernels: KernelTable, effort: Effort) -> Double {
        let arena = Arena(), size = size
        var numbers = Numbers(1)
        let left = numbers.fill(arena.floats(size.rows * size.inner), size.rows * size.inner)
        let right = numbers.fill(arena.floats(size.inner * size.columns), size.inner * size.columns)
        let result = arena.floats(size.rows * size.columns)
        let samples = effort.measure {
            kernels.matrixProduct(
                LeftMatrix(left, rowStride: size.inner), RightMatrix(right, innerStride: size.columns), size,
                StridedOutput(start: result, rowStride: size.columns), false)
        }
        return size.flop / samples.best
    }
}

extension ProductSize {
    /// Multiply-adds count as two.
    var flop: Double { 2 * Double(rows * columns * inner) }
}

/// Numbers between −1 and 1 by a formula; the same in every run and on every host.
struct Numbers {
    private var state: UInt32

    init(_ seed: UInt32) {
        state = seed
    }

    mutating func next() -> Float {
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(Int32(bitPattern: state) >> 8) * 0x1p-23
    }

    /// Fills a buffer and returns it.
    @discardableResult
    mutating func fill(_ buffer: UnsafeMutablePointer<Float>, _ count: Int) -> UnsafeMutablePointer<Float> {
        for index in 0..<count { buffer[index] = next() }
        return buffer
    }
}
