import Kernels

/// Puts this module's kernels into a table. Only a processor that has the instruction set may call them.
///
/// In place, since copying a table would emit a shared copy function that is compiled for this instruction set.
public func install(into table: inout KernelTable) {
    table.name = instructionSet
    table.channelStatistics = channelStatistics
    table.normalizeAndPool = normalizeAndPool
    table.pooledGradientSums = pooledGradientSums
    table.unpoolGradient = unpoolGradient
    table.foldColumns = foldColumns
    table.addBiasAndRectify = addBiasAndRectify
    table.rectifyGradient = rectifyGradient
    table.columnSums = columnSums
    table.accumulate = accumulate
    table.sumOfSquares = sumOfSquares
    table.adamStep = adamStep
}
