import Kernels
import TestSupport
import Testing

/// The matrix product is one chain of fused multiply-adds for each element.
struct MatrixProductTests {
    /// Rows below, at and above the tiles of one, four and six; columns of every strip; sums of nothing and of many.
    static let sizes: [ProductSize] = {
        let rows = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 32]
        let narrow = rows.flatMap { row in [8, 16].map { ProductSize(rows: row, columns: $0, inner: 5) } }
        let wide = [0, 1, 2, 64].flatMap { inner in
            [8, 16, 24, 32, 48, 56, 64, 80, 112, 128].map { ProductSize(rows: 11, columns: $0, inner: inner) }
        }
        return narrow + wide
    }()

    /// A product with gaps after every row of its operands and of its result, and what it computes in Double.
    struct Case {
        let size: ProductSize
        let isTransposed: Bool
        let left: Buffer
        let right: Buffer
        let old: [Float]

        init(_ size: ProductSize, isTransposed: Bool) {
            self.size = size
            self.isTransposed = isTransposed
            var numbers = FormulaNumbers(12)
            left = Buffer(numbers.array((size.rows + 3) * (size.inner + 3)))
            right = Buffer(numbers.array((size.inner + 1) * (size.columns + 16)))
            old = numbers.array(size.rows * (size.columns + 7))
        }

        var leftMatrix: LeftMatrix {
            isTransposed
                ? LeftMatrix(left.start, rowStride: 1, innerStride: size.rows + 3)
                : LeftMatrix(left.start, rowStride: size.inner + 3)
        }

        func result(_ table: KernelTable, accumulating: Bool) -> [Float] {
            let result = Buffer(old)
            table.matrixProduct(
                leftMatrix, RightMatrix(right.start, innerStride: size.columns + 16), size,
                StridedOutput(start: result.start, rowStride: size.columns + 7), accumulating)
            return result.values
        }
    }

    @Test(arguments: vectorTables, sizes)
    func `products of vector kernels have the reference's bits`(table: KernelTable, size: ProductSize) {
        for isTransposed in [false, true] {
            let product = Case(size, isTransposed: isTransposed)
            for accumulating in [false, true] {
                let expected = product.result(.reference, accumulating: accumulating)
                #expect(bits(product.result(table, accumulating: accumulating)) == bits(expected))
            }
        }
    }

    /// The bound: a chain of n roundings, each of half a unit in the last place of a partial sum below n.
    @Test(arguments: [false, true])
    func `the reference is the product to rounding`(isTransposed: Bool) {
        let size = ProductSize(rows: 5, columns: 16, inner: 40), product = Case(size, isTransposed: isTransposed)
        let result = product.result(.reference, accumulating: true)
        for row in 0..<size.rows {
            for column in 0..<size.columns {
                let place = row * (size.columns + 7) + column, left = product.leftMatrix
                let expected = (0..<size.inner).reduce(Double(product.old[place])) { sum, k in
                    sum + Double(left.start[row * left.rowStride + k * left.innerStride])
                        * Double(product.right.start[k * (size.columns + 16) + column])
                }
                #expect(abs(Double(result[place]) - expected) < 40 * 40 * 0x1p-24)
            }
        }
    }

    @Test(arguments: vectorTables, [(16, 16), (16, 48), (64, 32), (32, 128), (8, 8), (8, 128), (64, 24)])
    func `transposes of vector kernels are the reference's`(table: KernelTable, size: (rows: Int, columns: Int)) {
        var numbers = FormulaNumbers(13)
        let sourceStride = size.columns + 5, targetStride = size.rows + 9
        let source = numbers.array(size.rows * sourceStride)
        let matrix = MatrixSize(rows: size.rows, columns: size.columns)
        let expected = Buffer(count: size.columns * targetStride), actual = Buffer(count: size.columns * targetStride)
        transposeReference(
            source: source, sourceStride: sourceStride, size: matrix,
            target: StridedOutput(start: expected.start, rowStride: targetStride))
        table.transpose(
            source, sourceStride, matrix, StridedOutput(start: actual.start, rowStride: targetStride))
        #expect(bits(actual.values) == bits(expected.values))
        #expect(expected.values[targetStride] == source[1])
    }
}
