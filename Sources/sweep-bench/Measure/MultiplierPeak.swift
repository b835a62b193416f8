import Experiment
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
        var numbers = SeededRandom(seed: 1)
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

extension SeededRandom {
    /// Between −1 and 1.
    mutating func number() -> Float { .random(in: -1...1, using: &self) }

    /// Fills a buffer with such numbers and returns it.
    mutating func fill(_ buffer: UnsafeMutablePointer<Float>, _ count: Int) -> UnsafeMutablePointer<Float> {
        for index in 0..<count { buffer[index] = number() }
        return buffer
    }
}
