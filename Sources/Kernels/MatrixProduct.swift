/// The left operand of a product: element (row, k) lies at `start[row * rowStride + k * innerStride]`, so that a matrix
/// and its transpose are both read in place.
public struct LeftMatrix {
    public var start: UnsafePointer<Float>
    public var rowStride: Int
    public var innerStride: Int

    public init(_ start: UnsafePointer<Float>, rowStride: Int, innerStride: Int = 1) {
        self.start = start
        self.rowStride = rowStride
        self.innerStride = innerStride
    }
}

/// The right operand: element (k, column) lies at `start[k * innerStride + column]`.
public struct RightMatrix {
    public var start: UnsafePointer<Float>
    public var innerStride: Int

    public init(_ start: UnsafePointer<Float>, innerStride: Int) {
        self.start = start
        self.innerStride = innerStride
    }
}

/// A row-major destination whose rows lie `rowStride` floats apart.
public struct StridedOutput {
    public var start: UnsafeMutablePointer<Float>
    public var rowStride: Int

    public init(start: UnsafeMutablePointer<Float>, rowStride: Int) {
        self.start = start
        self.rowStride = rowStride
    }
}

/// The shape of a matrix.
public struct MatrixSize: Sendable, Hashable {
    public let rows: Int
    public let columns: Int

    public init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }
}

/// The shape of a product: (rows × inner) · (inner × columns).
public struct ProductSize: Sendable, Hashable {
    public var rows: Int
    public var columns: Int
    public var inner: Int

    public init(rows: Int, columns: Int, inner: Int) {
        self.rows = rows
        self.columns = columns
        self.inner = inner
    }
}

/// result = left · right, or result += left · right.
///
/// Each element is one chain of fused multiply-adds over k = 0, 1, …, started at 0; `accumulating` adds the chain's end
/// to what is there. So the bits depend neither on a vector's width nor on how rows and columns are tiled. Columns are
/// a multiple of 8.
public typealias MatrixProductKernel =
    @Sendable (
        _ left: LeftMatrix, _ right: RightMatrix, _ size: ProductSize, _ result: StridedOutput, _ accumulating: Bool
    ) -> Void

public func matrixProductReference(
    left: LeftMatrix, right: RightMatrix, size: ProductSize, result: StridedOutput, accumulating: Bool
) {
    for row in 0..<size.rows {
        for column in 0..<size.columns {
            var sum: Float = 0
            for k in 0..<size.inner {
                sum.addProduct(
                    left.start[row * left.rowStride + k * left.innerStride],
                    right.start[k * right.innerStride + column])
            }
            let place = row * result.rowStride + column
            result.start[place] = accumulating ? result.start[place] + sum : sum
        }
    }
}

/// target[column][row] = source[row][column]; both sides are a multiple of 8.
public typealias TransposeKernel =
    @Sendable (
        _ source: UnsafePointer<Float>, _ sourceStride: Int, _ size: MatrixSize, _ target: StridedOutput
    ) -> Void

public func transposeReference(
    source: UnsafePointer<Float>, sourceStride: Int, size: MatrixSize, target: StridedOutput
) {
    for row in 0..<size.rows {
        for column in 0..<size.columns {
            target.start[column * target.rowStride + row] = source[row * sourceStride + column]
        }
    }
}
