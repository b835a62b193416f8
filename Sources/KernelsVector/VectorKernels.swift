import Kernels

/// Puts this module's kernels into a table. Only a processor that has the instruction set may call them.
///
/// In place, since copying a table would emit a shared copy function that is compiled for this instruction set.
public func install(into table: inout KernelTable) {
    table.name = Instructions.name
    table.activate = activate
    table.pooledGradientSums = pooledGradientSums
    table.imageConvolution = imageConvolution
    table.imageWeightGradient = imageWeightGradient
    table.imageCorrelation = imageCorrelation
    table.matrixProduct = matrixProduct
    table.transpose = transpose
    table.winogradInput = winogradInput
    table.winogradOutput = winogradOutput
    table.winogradOutputGradient = winogradOutputGradient
    table.winogradInputGradient = winogradInputGradient
    table.winogradWeights = winogradWeights
    table.winogradWeightGradient = winogradWeightGradient
    table.addBiasAndRectify = addBiasAndRectify
    table.rectifyGradient = rectifyGradient
    table.columnSums = columnSums
    table.accumulate = accumulate
    table.prefetch = prefetch
    table.sumOfSquares = sumOfSquares
    table.adamStep = adamStep
    table.denseStep = denseStep
}
