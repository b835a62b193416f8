import Kernels

/// A convolution of few input channels, as a product of unfolded columns and weights: with three, the products are too
/// short for Winograd's transforms to pay.
package struct ColumnConvolution: Convolution {
    package let input: ActivationShape
    package let outputShape: ActivationShape
    /// One image's columns and outputs, 250 kB for the network's first layer, stay in the second-level cache.
    package let blockImages = 1
    private let weights: UnsafeMutablePointer<Float>
    private let members: [Scratch]
    private let kernels: KernelTable

    /// A member's buffers, used by the thread of its number alone.
    private struct Scratch {
        let columns: UnsafeMutablePointer<Float>
        let dOutput: UnsafeMutablePointer<Float>
        /// The sum over the images so far, and the last image's part of it.
        let sum: UnsafeMutablePointer<Float>
    }

    package init(
        input: ActivationShape, outputChannels: Int, weights: UnsafeMutablePointer<Float>, members: Int, arena: Arena,
        kernels: KernelTable
    ) {
        self.input = input
        self.weights = weights
        self.kernels = kernels
        let output = ActivationShape(height: input.height, width: input.width, channels: outputChannels)
        outputShape = output
        let columns = columnStride(channels: input.channels)
        self.members = (0..<members).map { _ in
            Scratch(
                columns: arena.floats(input.pixels * columns), dOutput: arena.floats(output.count),
                sum: arena.floats(columns * outputChannels))
        }
    }

    private var taps: Int { 9 * input.channels }
    private var stride: Int { columnStride(channels: input.channels) }

    package var weightCount: Int { taps * outputShape.channels }

    package func preparationUnits(isTraining: Bool) -> Int { 0 }

    package func prepare(unit: Int) {}

    package func forward(
        padded: UnsafePointer<Float>, images: Int, output: UnsafeMutablePointer<Float>, member: Int
    ) {
        let columns = members[member].columns, channels = outputShape.channels
        for image in 0..<images {
            unfoldColumns(padded: padded + image * input.paddedCount, shape: input, columns: columns)
            kernels.matrixProduct(
                LeftMatrix(columns, rowStride: stride), RightMatrix(weights, innerStride: channels),
                ProductSize(rows: input.pixels, columns: channels, inner: taps),
                StridedOutput(start: output + image * outputShape.count, rowStride: channels), false)
        }
    }

    package func backward(
        padded: UnsafePointer<Float>, images: Int, dInput: UnsafeMutablePointer<Float>?, member: Int,
        startsSum: Bool, gradient: (_ image: Int) -> PooledGradient
    ) {
        precondition(dInput == nil, "the first layer's input has no gradient")
        let scratch = members[member], channels = outputShape.channels
        for image in 0..<images {
            unfoldColumns(padded: padded + image * input.paddedCount, shape: input, columns: scratch.columns)
            kernels.unpoolGradient(gradient(image), scratch.dOutput)
            // The columns' stride, not the taps: rows of zeros fill up the last four.
            kernels.matrixProduct(
                LeftMatrix(scratch.columns, rowStride: 1, innerStride: stride),
                RightMatrix(scratch.dOutput, innerStride: channels),
                ProductSize(rows: stride, columns: channels, inner: input.pixels),
                StridedOutput(start: scratch.sum, rowStride: channels), !startsSum || image > 0)
        }
    }

    package func writeWeightGradient(_ dWeights: UnsafeMutablePointer<Float>, member: Int) {
        dWeights.update(from: members[member].sum, count: weightCount)
    }
}
