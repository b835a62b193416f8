import Kernels

/// A convolution by Winograd's F(4×4, 3×3); see `Kernels/Winograd.swift` for the algorithm and its letters.
///
/// A block holds 16 tiles, so that its transforms stay in the second-level cache while 36 products pass over them.
/// Output channels are taken in panels of 64 for the same reason. Height and width are multiples of 4, channels of 16.
/// Inputs are padded images, channels innermost, with a border of zeros one pixel wide.
package struct WinogradConvolution: Convolution {
    package let input: ActivationShape
    package let outputShape: ActivationShape
    package let blockImages: Int
    private let weights: UnsafeMutablePointer<Float>
    /// The batch's outputs, dense images, with room for the larger of an output and the gradient of an input each.
    private let outputs: UnsafeMutablePointer<Float>
    private let outputStride: Int
    private let panels: [Panel]
    private let members: [Scratch]
    private let kernels: KernelTable

    private static let blockTiles = 16
    private static let panelChannels = 64

    /// The transformed weights of some output channels.
    private struct Panel {
        let channels: Range<Int>
        /// U, input × output channels.
        let forward: WinogradPlanes
        /// The same transposed.
        let backward: WinogradPlanes
        /// The weights as (row, column, output channel, input channel), from which `backward` is made.
        let transposed: UnsafeMutablePointer<Float>
    }

    /// A member's buffers, used by the thread of its number alone.
    private struct Scratch {
        /// V and dV, tiles × input channels.
        let inputs: WinogradPlanes
        let dInputs: WinogradPlanes
        /// M or Z of a panel, tiles × output channels.
        let outputs: WinogradPlanes
        /// dU of each panel, input × output channels.
        let dWeights: [WinogradPlanes]
        let statistics: UnsafeMutablePointer<Float>
    }

    package static func isSupported(input: ActivationShape, outputChannels: Int) -> Bool {
        input.height % 4 == 0 && input.width % 4 == 0 && input.channels % 16 == 0 && outputChannels % 16 == 0
    }

    package init(input: ActivationShape, outputChannels: Int, context: ConvolutionContext) {
        precondition(Self.isSupported(input: input, outputChannels: outputChannels), "no tiles of 4×4 fit the shape")
        self.input = input
        weights = context.weights
        kernels = context.kernels
        let arena = context.arena
        let output = ActivationShape(height: input.height, width: input.width, channels: outputChannels)
        outputShape = output
        let stride = max(output.count, input.paddedCount)
        outputStride = stride
        outputs = arena.floats(context.capacity * stride)
        let tiles = input.pixels / 16, images = max(1, Self.blockTiles / tiles)
        blockImages = images
        let panels = Swift.stride(from: 0, to: outputChannels, by: Self.panelChannels).map { first in
            let channels = first..<min(first + Self.panelChannels, outputChannels)
            return Panel(
                channels: channels, forward: arena.planes(rows: input.channels, columns: channels.count),
                backward: arena.planes(rows: channels.count, columns: input.channels),
                transposed: arena.floats(9 * input.channels * channels.count))
        }
        self.panels = panels
        members = (0..<context.members).map { _ in
            Scratch(
                inputs: arena.planes(rows: images * tiles, columns: input.channels),
                dInputs: arena.planes(rows: images * tiles, columns: input.channels),
                outputs: arena.planes(rows: images * tiles, columns: panels[0].channels.count),
                dWeights: panels.map { arena.planes(rows: input.channels, columns: $0.channels.count) },
                statistics: arena.floats(OutputSummary.scratchCount(channels: Self.panelChannels)))
        }
    }

    private var tiles: Int { input.pixels / 16 }

    package var inputCount: Int { input.paddedCount }

    package var weightCount: Int { 9 * input.channels * outputShape.channels }

    /// The panels' forward form, then their backward form.
    package func preparationUnits(isTraining: Bool) -> Int { isTraining ? 2 * panels.count : panels.count }

    package func prepare(unit: Int) {
        let panel = panels[unit % panels.count], columns = panel.channels.count
        guard unit >= panels.count else {
            kernels.winogradWeights(filters(weights, panel), panel.forward)
            return
        }
        let tapCount = input.channels * columns
        for tap in 0..<9 {
            let source = weights + tap * input.channels * outputShape.channels + panel.channels.lowerBound
            kernels.transpose(
                source, outputShape.channels, MatrixSize(rows: input.channels, columns: columns),
                StridedOutput(start: panel.transposed + tap * tapCount, rowStride: input.channels))
        }
        kernels.winogradWeights(
            FilterView(
                start: panel.transposed, tapStride: tapCount, rowStride: input.channels,
                size: MatrixSize(rows: columns, columns: input.channels)), panel.backward)
    }

    /// A panel's part of weights or of their gradient.
    private func filters(_ start: UnsafeMutablePointer<Float>, _ panel: Panel) -> FilterView {
        FilterView(
            start: start + panel.channels.lowerBound, tapStride: input.channels * outputShape.channels,
            rowStride: outputShape.channels, size: MatrixSize(rows: input.channels, columns: panel.channels.count))
    }

    package func forward(_ images: Range<Int>, input: UnsafePointer<Float>, member: Int, pass: ForwardPass) {
        let scratch = members[member]
        transformInputs(input, images.count, scratch)
        for panel in panels {
            let size = ProductSize(
                rows: images.count * tiles, columns: panel.channels.count, inner: self.input.channels)
            for plane in 0..<WinogradPlanes.count {
                kernels.matrixProduct(
                    scratch.inputs.left(plane), panel.forward.right(plane), size, scratch.outputs.output(plane), false)
            }
            for image in images { transformOutput(image, images.lowerBound, panel, scratch, pass) }
        }
    }

    private func transformOutput(
        _ image: Int, _ first: Int, _ panel: Panel, _ scratch: Scratch, _ pass: ForwardPass
    ) {
        let channel = panel.channels.lowerBound
        kernels.winogradOutput(
            scratch.outputs.rows(from: (image - first) * tiles), outputShape, panel.channels.count,
            pass.isTraining ? outputs + image * outputStride + channel : nil, pass.peakSigns + channel,
            pass.summary(image, outputShape, channelsFrom: channel), scratch.statistics)
    }

    /// An image's gradient takes the place of its output, which nobody needs from then on and which is in the cache.
    package var inputGradient: GradientImages? {
        GradientImages(start: outputs, imageStride: outputStride)
    }

    package func backward(
        _ images: Range<Int>, input: UnsafePointer<Float>, member: Int, startsSum: Bool,
        gradient: (_ image: Int) -> PooledGradient
    ) {
        let scratch = members[member]
        transformInputs(input, images.count, scratch)
        for index in panels.indices {
            for image in images {
                kernels.winogradOutputGradient(
                    gradient(image), outputs + image * outputStride, panels[index].channels,
                    scratch.outputs.rows(from: (image - images.lowerBound) * tiles))
            }
            multiplyGradients(index, images.count, scratch, startsSum: startsSum)
        }
        for image in images {
            kernels.winogradInputGradient(
                scratch.dInputs.rows(from: (image - images.lowerBound) * tiles), self.input,
                outputs + image * outputStride)
        }
    }

    /// Both products of a point one after the other: Z is in the first-level cache for the second.
    private func multiplyGradients(_ index: Int, _ images: Int, _ scratch: Scratch, startsSum: Bool) {
        let panel = panels[index], rows = images * tiles
        for plane in 0..<WinogradPlanes.count {
            kernels.matrixProduct(
                scratch.inputs.leftTransposed(plane), scratch.outputs.right(plane),
                ProductSize(rows: input.channels, columns: panel.channels.count, inner: rows),
                scratch.dWeights[index].output(plane), !startsSum)
            kernels.matrixProduct(
                scratch.outputs.left(plane), panel.backward.right(plane),
                ProductSize(rows: rows, columns: input.channels, inner: panel.channels.count),
                scratch.dInputs.output(plane), index > 0)
        }
    }

    private func transformInputs(_ padded: UnsafePointer<Float>, _ images: Int, _ scratch: Scratch) {
        for image in 0..<images {
            kernels.winogradInput(padded + image * input.paddedCount, input, scratch.inputs.rows(from: image * tiles))
        }
    }

    package func writeWeightGradient(
        _ dWeights: UnsafeMutablePointer<Float>, member: Int, terms: GradientTerms
    ) {
        for (index, panel) in panels.enumerated() {
            kernels.winogradWeightGradient(members[member].dWeights[index], filters(dWeights, panel))
        }
    }
}

extension Arena {
    /// 36 planes of `rows` × `columns`.
    func planes(rows: Int, columns: Int) -> WinogradPlanes {
        WinogradPlanes(
            start: floats(WinogradPlanes.count(rows: rows, columns: columns)),
            planeStride: WinogradPlanes.planeStride(rows: rows, columns: columns), rowStride: columns)
    }
}

extension WinogradPlanes {
    fileprivate func left(_ plane: Int) -> LeftMatrix {
        LeftMatrix(start + plane * planeStride, rowStride: rowStride)
    }

    fileprivate func leftTransposed(_ plane: Int) -> LeftMatrix {
        LeftMatrix(start + plane * planeStride, rowStride: 1, innerStride: rowStride)
    }

    fileprivate func right(_ plane: Int) -> RightMatrix {
        RightMatrix(start + plane * planeStride, innerStride: rowStride)
    }

    fileprivate func output(_ plane: Int) -> StridedOutput {
        StridedOutput(start: start + plane * planeStride, rowStride: rowStride)
    }
}
