import Kernels

func transpose(source: UnsafePointer<Float>, sourceStride: Int, size: MatrixSize, target: StridedOutput) {
    for row in VectorStarts(0..<size.rows) {
        for column in VectorStarts(0..<size.columns) {
            Vector.transpose(
                source + row * sourceStride + column, sourceStride, target.start + column * target.rowStride + row,
                target.rowStride)
        }
    }
}
