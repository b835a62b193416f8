import CVectors
import Kernels

func transpose(source: UnsafePointer<Float>, sourceStride: Int, size: MatrixSize, target: StridedOutput) {
    let isWhole = (size.rows | size.columns) % Vector.scalarCount == 0
    let block = isWhole ? Vector.scalarCount : 8, across = size.columns / block
    for index in 0..<size.rows / block * across {
        let row = index / across * block, column = index % across * block
        let from = source + row * sourceStride + column, to = target.start + column * target.rowStride + row
        if isWhole {
            Vector.transpose(from, sourceStride, to, target.rowStride)
        } else {
            c_transpose8(from, sourceStride, to, target.rowStride)
        }
    }
}
