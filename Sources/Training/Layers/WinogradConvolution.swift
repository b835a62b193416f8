import Kernels

/// A convolution by Winograd's F(4×4, 3×3); see `Kernels/Winograd.swift` for the algorithm and its letters.
///
/// A block holds 16 tiles, so that its transforms stay in the second-level cache while 36 products pass over them.
/// Output channels are taken in panels of 64 for the same reason. While the products compute, memory is idle: what the
/// transforms after them read and write is asked for in that time. Height and width are multiples of 4, channels of 16.
/// Inputs are padded images, channels innermost, with a border of zeros one pixel wide.
package struct WinogradConvolution: Convolution {
    package let input: ActivationShape
    package let outputShape: ActivationShape
    package let blockImages: Int
    private let weights: UnsafeMutablePointer<Float>
    /// The batch's outputs, dense images, with room for the larger of an output and the gradient of an input each.
    private let outputs: UnsafeMutablePointer<Float>
    private let outputStride: Int
    private let capacity: Int
    private let panels: [Panel]
    private let members: [Scratch]
    private let kernels: KernelTable

    private static let blockTiles = 16
    private static let panelChannels = 64

    /// The transformed weights of some output channels. Both forms are made right before their pass, in one place, so
    /// that the pass finds them in the second-level cache, and half as much memory goes through the third.
    private struct Panel {
        let channels: Range<Int>
        /// U, input × output channels.
        let forward: WinogradPlanes
        /// The transposed U, output × input channels, in the memory of `forward`.
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
        capacity = context.capacity
        let tiles = input.pixels / 16, images = max(1, Self.blockTiles / tiles)
        blockImages = images
        let panels = Swift.stride(from: 0, to: outputChannels, by: Self.panelChannels).map { first in
            let channels = first..<min(first + Self.panelChannels, outputChannels)
            let forward = arena.planes(rows: input.channels, columns: channels.count)
            let backward = WinogradPlanes(
                start: forward.start, planeStride: forward.planeStride, rowStride: input.channels)
            return Panel(
                channels: channels, forward: forward, backward: backward,
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

    package func preparationUnits(for form: WeightForm) -> Int { panels.count }

    package func prepare(_ form: WeightForm, unit: Int) {
        switch form {
        case .forward: kernels.winogradWeights(filters(weights, panels[unit]), panels[unit].forward)
        case .backward: prepareBackward(panels[unit])
        }
    }

    private func prepareBackward(_ panel: Panel) {
        let columns = panel.channels.count
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
        for (index, panel) in panels.enumerated() {
            let size = ProductSize(
                rows: images.count * tiles, columns: panel.channels.count, inner: self.input.channels)
            for plane in 0..<WinogradPlanes.count {
                prefetch(images, panel: index, plane: plane, pass)
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
        _ images: Range<Int>, input: UnsafePointer<Float>, member: Int, startsSum: Bool, pass: BackwardPass
    ) {
        let scratch = members[member]
        transformInputs(input, images.count, scratch)
        for index in panels.indices {
            for image in images {
                kernels.winogradOutputGradient(
                    pass.gradient(image), outputs + image * outputStride, panels[index].channels,
                    scratch.outputs.rows(from: (image - images.lowerBound) * tiles))
            }
            multiplyGradients(index, images.count, scratch, startsSum: startsSum) { plane in
                prefetch(after: images, panel: index, plane: plane, pass)
            }
        }
        for image in images {
            kernels.winogradInputGradient(
                scratch.dInputs.rows(from: (image - images.lowerBound) * tiles), self.input,
                outputs + image * outputStride)
        }
    }

    /// Both products of a point one after the other: Z is in the first-level cache for the second.
    private func multiplyGradients(
        _ index: Int, _ images: Int, _ scratch: Scratch, startsSum: Bool, before: (_ plane: Int) -> Void
    ) {
        let panel = panels[index], rows = images * tiles
        for plane in 0..<WinogradPlanes.count {
            before(plane)
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

// MARK: Prefetching

extension WinogradConvolution {
    /// Planes at the end of a block in which the next one's data are asked for: what is asked for earlier has left the
    /// cache again when it is needed.
    private static let lastPlanes = WinogradPlanes.count / 3

    /// While the products of a plane compute: the places of the block's outputs, and at the end the next block's
    /// inputs.
    private func prefetch(_ images: Range<Int>, panel: Int, plane: Int, _ pass: ForwardPass) {
        if pass.isTraining, panel == 0 { prefetchOutputs(images, part: plane, of: WinogradPlanes.count) }
        let part = plane - WinogradPlanes.count + Self.lastPlanes
        guard panel == panels.count - 1, part >= 0 else { return }
        pass.prefetchInput(block(after: images), part, Self.lastPlanes)
    }

    /// While the products of the last planes compute: what the next block makes its gradient and its inputs from.
    private func prefetch(after images: Range<Int>, panel: Int, plane: Int, _ pass: BackwardPass) {
        let part = plane - WinogradPlanes.count + Self.lastPlanes, next = block(after: images)
        guard panel == panels.count - 1, part >= 0, !next.isEmpty else { return }
        prefetchOutputs(next, part: part, of: Self.lastPlanes)
        pass.prefetchInput(next, part, Self.lastPlanes)
        guard part < next.count else { return }
        let source = pass.gradient(next.lowerBound + part), pooled = outputShape.pooled
        kernels.prefetch(source.peaks, pooled.count)
        kernels.prefetch(source.dPooled, pooled.height * source.dPooledRowStride)
    }

    private func block(after images: Range<Int>) -> Range<Int> {
        images.upperBound..<min(images.upperBound + images.count, capacity)
    }

    private func prefetchOutputs(_ images: Range<Int>, part: Int, of parts: Int) {
        kernels.prefetch(
            part: part, of: parts, outputs + images.lowerBound * outputStride, images.count * outputStride)
    }
}

extension KernelTable {
    /// Asks for one of several parts of `count` floats.
    func prefetch(part: Int, of parts: Int, _ start: UnsafePointer<Float>, _ count: Int) {
        let lines = count / 16, first = lines * part / parts
        prefetch(start + 16 * first, 16 * (lines * (part + 1) / parts - first))
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
