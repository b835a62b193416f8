/// A dense layer's gradient and Adam's step on its weights at once: gradient = left · right as `MatrixProductKernel`
/// has it, then `AdamStepKernel` on it. Adam waits for the divider and the product for the multipliers, so that
/// together they take little more than the longer one.
///
/// Parameters and moments: element (row, column) lies at `row * size.columns + column`. Rows are a multiple of 4 and
/// columns of 64. `scratch`: rows · columns floats, of no meaning afterwards.
public typealias DenseStepKernel =
    @Sendable (
        _ left: LeftMatrix, _ right: RightMatrix, _ size: ProductSize, _ parameters: UnsafeMutablePointer<Float>,
        _ moments: AdamMoments, _ coefficients: AdamCoefficients, _ scratch: UnsafeMutablePointer<Float>
    ) -> Void

public func denseStepReference(
    left: LeftMatrix, right: RightMatrix, size: ProductSize, parameters: UnsafeMutablePointer<Float>,
    moments: AdamMoments, coefficients: AdamCoefficients, scratch: UnsafeMutablePointer<Float>
) {
    matrixProductReference(
        left: left, right: right, size: size, result: StridedOutput(start: scratch, rowStride: size.columns),
        accumulating: false)
    adamStepReference(
        parameters: parameters, gradients: scratch, moments: moments, count: size.rows * size.columns,
        coefficients: coefficients)
}
