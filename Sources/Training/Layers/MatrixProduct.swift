import COpenBLAS

/// A row-major matrix in memory, or its transpose.
package struct Matrix {
    package let start: UnsafePointer<Float>
    package let rowStride: Int
    package let isTransposed: Bool

    package init(_ start: UnsafePointer<Float>, rowStride: Int, isTransposed: Bool = false) {
        self.start = start
        self.rowStride = rowStride
        self.isTransposed = isTransposed
    }
}

/// The shape of a product: (rows × inner) · (inner × columns).
package struct ProductSize {
    package let rows: Int
    package let columns: Int
    package let inner: Int

    package init(rows: Int, columns: Int, inner: Int) {
        self.rows = rows
        self.columns = columns
        self.inner = inner
    }
}

/// result = left · right, or result += left · right.
///
/// OpenBLAS runs it on the calling thread: threads share the work by whole products, so that the bits do not depend on
/// their number.
package func multiply(
    _ left: Matrix, _ right: Matrix, _ size: ProductSize,
    into result: UnsafeMutablePointer<Float>, rowStride: Int, accumulating: Bool = false
) {
    cblas_sgemm(
        CblasRowMajor, left.isTransposed ? CblasTrans : CblasNoTrans, right.isTransposed ? CblasTrans : CblasNoTrans,
        blasint(size.rows), blasint(size.columns), blasint(size.inner), 1, left.start, blasint(left.rowStride),
        right.start, blasint(right.rowStride), accumulating ? 1 : 0, result, blasint(rowStride))
}

/// Keeps OpenBLAS from starting threads of its own. Once, before the first product.
package let singleThreadedBLAS: Void = openblas_set_num_threads(1)
