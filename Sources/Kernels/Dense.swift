// Kernels around the fully connected layers and over whole parameter vectors. Matrices are row-major and dense.

/// values = max(values + bias, 0), `bias` being added to each row.
public typealias AddBiasAndRectifyKernel =
    @Sendable (
        _ values: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>, _ size: MatrixSize
    ) -> Void

/// Zeroes the gradient where the rectified activation is not above 0.
public typealias RectifyGradientKernel =
    @Sendable (
        _ gradient: UnsafeMutablePointer<Float>, _ activations: UnsafePointer<Float>, _ count: Int
    ) -> Void

/// The sum of each column over the rows, in four interleaved chains.
public typealias ColumnSumsKernel =
    @Sendable (
        _ values: UnsafePointer<Float>, _ size: MatrixSize, _ sums: UnsafeMutablePointer<Float>
    ) -> Void

/// total += addend.
public typealias AccumulateKernel =
    @Sendable (
        _ total: UnsafeMutablePointer<Float>, _ addend: UnsafePointer<Float>, _ count: Int
    ) -> Void

/// The sum of squares: in blocks of `sumOfSquaresBlock` values, value i of a block is added to lane i mod 16 in Float,
/// the lanes are added by halves (i + 8, i + 4, i + 2, i + 1), the blocks in Double.
public typealias SumOfSquaresKernel = @Sendable (_ values: UnsafePointer<Float>, _ count: Int) -> Double

/// Short enough that a lane adds 256 values only; long enough that adding up the lanes costs nothing.
public let sumOfSquaresBlock = 4096

public func addBiasAndRectifyReference(
    values: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>, size: MatrixSize
) {
    for row in 0..<size.rows {
        for column in 0..<size.columns {
            let value = values[row * size.columns + column] + bias[column]
            values[row * size.columns + column] = 0 > value ? 0 : value
        }
    }
}

public func rectifyGradientReference(
    gradient: UnsafeMutablePointer<Float>, activations: UnsafePointer<Float>, count: Int
) {
    for index in 0..<count where !(activations[index] > 0) {
        gradient[index] = 0
    }
}

public func columnSumsReference(
    values: UnsafePointer<Float>, size: MatrixSize, sums: UnsafeMutablePointer<Float>
) {
    for column in 0..<size.columns {
        sums[column] = interleavedSum(size.rows) { $0 + values[$1 * size.columns + column] }
    }
}

public func accumulateReference(
    total: UnsafeMutablePointer<Float>, addend: UnsafePointer<Float>, count: Int
) {
    for index in 0..<count {
        total[index] += addend[index]
    }
}

public func sumOfSquaresReference(values: UnsafePointer<Float>, count: Int) -> Double {
    var total = 0.0
    for start in stride(from: 0, to: count, by: sumOfSquaresBlock) {
        var lanes = [Float](repeating: 0, count: 16)
        for index in start..<min(count, start + sumOfSquaresBlock) {
            lanes[(index - start) % 16] = lanes[(index - start) % 16].addingProduct(values[index], values[index])
        }
        for half in [8, 4, 2, 1] {
            for lane in 0..<half { lanes[lane] += lanes[lane + half] }
        }
        total += Double(lanes[0])
    }
    return total
}

/// bias is added to each row of a matrix.
public func addBias(values: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>, size: MatrixSize) {
    for row in 0..<size.rows {
        for column in 0..<size.columns {
            values[row * size.columns + column] += bias[column]
        }
    }
}
