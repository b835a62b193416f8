/// The kernels of one instruction set.
///
/// Every table starts as `reference`; an instruction set's module replaces the entries that it has. A replacement sums
/// in the reference's order with the same fused multiply-adds, so all tables give the same bits: a missing entry is
/// slow, never wrong.
public struct KernelTable: Sendable {
    /// `reference`, `avx2` or `avx512`.
    public var name: String

    public var activate: ActivateKernel = activateReference
    public var pooledGradientSums: PooledGradientSumsKernel = pooledGradientSumsReference
    public var imageConvolution: ImageConvolutionKernel = imageConvolutionReference
    public var imageWeightGradient: ImageWeightGradientKernel = imageWeightGradientReference
    public var imageCorrelation: ImageCorrelationKernel = imageCorrelationReference
    public var matrixProduct: MatrixProductKernel = matrixProductReference
    public var transpose: TransposeKernel = transposeReference
    public var winogradInput: WinogradInputKernel = winogradInputReference
    public var winogradOutput: WinogradOutputKernel = winogradOutputReference
    public var winogradOutputGradient: WinogradOutputGradientKernel = winogradOutputGradientReference
    public var winogradInputGradient: WinogradInputGradientKernel = winogradInputGradientReference
    public var winogradWeights: WinogradWeightsKernel = winogradWeightsReference
    public var winogradWeightGradient: WinogradWeightGradientKernel = winogradWeightGradientReference
    public var addBiasAndRectify: AddBiasAndRectifyKernel = addBiasAndRectifyReference
    public var rectifyGradient: RectifyGradientKernel = rectifyGradientReference
    public var columnSums: ColumnSumsKernel = columnSumsReference
    public var accumulate: AccumulateKernel = accumulateReference
    public var prefetch: PrefetchKernel = prefetchReference
    public var sumOfSquares: SumOfSquaresKernel = sumOfSquaresReference
    public var adamStep: AdamStepKernel = adamStepReference
    public var denseStep: DenseStepKernel = denseStepReference

    public init(name: String) {
        self.name = name
    }

    /// Plain scalar code for any processor.
    public static let reference = KernelTable(name: "reference")
}
