import Kernels

/// A 3×3 convolution with stride 1 and padding 1, without its bias, as a product of unfolded columns and weights.
///
/// Works on a block of at most `blockImages` images, whose columns stay in the second-level cache. Weights are
/// (row, column, input channel, output channel); images have channels innermost, inputs a border of one pixel.
package struct ColumnConvolution: Sendable {
    package let input: ActivationShape
    package let outputChannels: Int
    /// Images of a block. Fixed by the shape, since it sets the order in which a weight's gradient is summed.
    package let blockImages: Int
    private let kernels: KernelTable

    package init(input: ActivationShape, outputChannels: Int, kernels: KernelTable) {
        self.input = input
        self.outputChannels = outputChannels
        self.kernels = kernels
        blockImages = max(1, Self.blockBudget / (input.pixels * (9 * input.channels + outputChannels)))
    }

    /// Floats of a block's columns and outputs at most, 760 kB, unless one image has more.
    private static let blockBudget = 190_000

    private var taps: Int { 9 * input.channels }

    package var weightCount: Int { taps * outputChannels }

    /// Floats that forward and backward need as scratch.
    package var scratchCount: Int { blockImages * input.pixels * taps }

    /// Output of `images` padded images at `padded`, dense at `output`.
    package func forward(
        padded: UnsafePointer<Float>, images: Int, weights: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        unfold(padded, images, into: scratch)
        multiply(
            Matrix(scratch, rowStride: taps), Matrix(weights, rowStride: outputChannels),
            ProductSize(rows: images * input.pixels, columns: outputChannels, inner: taps),
            into: output, rowStride: outputChannels)
    }

    /// Gradients from that of the output. `dWeights` is written, or added to when `accumulating`; `dInput`, dense
    /// images without border, is left out for the first layer.
    package func backward(
        padded: UnsafePointer<Float>, images: Int, weights: UnsafePointer<Float>, dOutput: UnsafePointer<Float>,
        dWeights: UnsafeMutablePointer<Float>, accumulating: Bool, dInput: UnsafeMutablePointer<Float>?,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let rows = images * input.pixels
        unfold(padded, images, into: scratch)
        multiply(
            Matrix(scratch, rowStride: taps, isTransposed: true), Matrix(dOutput, rowStride: outputChannels),
            ProductSize(rows: taps, columns: outputChannels, inner: rows),
            into: dWeights, rowStride: outputChannels, accumulating: accumulating)
        guard let dInput else { return }
        multiply(
            Matrix(dOutput, rowStride: outputChannels), Matrix(weights, rowStride: outputChannels, isTransposed: true),
            ProductSize(rows: rows, columns: taps, inner: outputChannels), into: scratch, rowStride: taps)
        for image in 0..<images {
            kernels.foldColumns(scratch + image * input.pixels * taps, input, dInput + image * input.count)
        }
    }

    private func unfold(_ padded: UnsafePointer<Float>, _ images: Int, into columns: UnsafeMutablePointer<Float>) {
        for image in 0..<images {
            unfoldColumns(
                padded: padded + image * input.paddedCount, shape: input,
                columns: columns + image * input.pixels * taps)
        }
    }
}
