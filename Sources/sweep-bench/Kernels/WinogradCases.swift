import Kernels

/// A layer of the network with many channels, as its convolution cuts it up.
struct LayerShape {
    let name: String
    let input: ActivationShape
    let outputChannels: Int

    static let all = [
        LayerShape(
            name: "conv2", input: ActivationShape(height: 16, width: 16, channels: 32), outputChannels: 64),
        LayerShape(
            name: "conv3", input: ActivationShape(height: 8, width: 8, channels: 64), outputChannels: 128),
    ]

    /// The output channels that are taken together.
    static let panel = 64

    var output: ActivationShape {
        ActivationShape(height: input.height, width: input.width, channels: outputChannels)
    }

    /// Of one image.
    var tiles: Int { input.pixels / 16 }
}

/// The transforms, for one image or one panel of weights.
func winogradCases(_ layer: LayerShape, _ operands: Operands) -> [KernelCase] {
    imageTransforms(layer, operands) + gradientTransforms(layer, operands) + weightTransforms(layer, operands)
}

private func imageTransforms(_ layer: LayerShape, _ operands: Operands) -> [KernelCase] {
    let input = layer.input, output = layer.output, tiles = layer.tiles, panel = LayerShape.panel
    let padded = operands.numbers(input.paddedCount), values = operands.numbers(output.count)
    let inputs = operands.planes(rows: tiles, columns: input.channels)
    let products = operands.planes(rows: tiles, columns: panel), slopes = operands.slopes(panel)
    let peaks = operands.zeros(output.pooled.count), statistics = operands.zeros(2 * panel)
    let summary = OutputSummary(
        peaks: peaks, statistics: ChannelStatistics(means: statistics, squares: statistics + panel))
    let scratch = operands.zeros(OutputSummary.scratchCount(channels: panel))
    return [
        KernelCase(
            kernel: "winogradInput", shape: "\(layer.name) \(input.text)",
            amount: .floats(input.paddedCount + WinogradPlanes.count * tiles * input.channels),
            outputs: [inputs.output(rows: tiles)],
            run: { $0.winogradInput(padded, input, inputs) }),
        KernelCase(
            kernel: "winogradOutput", shape: "\(layer.name) \(output.text), \(panel) channels",
            amount: .floats((WinogradPlanes.count + 16 + 4) * tiles * panel),
            outputs: [
                values.output(output.count), peaks.output(output.pooled.count), statistics.output(2 * panel),
            ],
            run: { $0.winogradOutput(products, output, panel, values, slopes, summary, scratch) }),
    ]
}

private func gradientTransforms(_ layer: LayerShape, _ operands: Operands) -> [KernelCase] {
    let input = layer.input, tiles = layer.tiles, panel = LayerShape.panel
    let (gradient, output) = operands.pooledGradient(layer.output)
    let outputs = operands.planes(rows: tiles, columns: panel)
    let inputs = operands.planes(rows: tiles, columns: input.channels)
    let padded = operands.numbers(input.paddedCount)
    return [
        KernelCase(
            kernel: "winogradOutputGradient", shape: "\(layer.name) \(layer.output.text), \(panel) channels",
            amount: .floats((WinogradPlanes.count + 16 + 8) * tiles * panel), outputs: [outputs.output(rows: tiles)],
            run: { $0.winogradOutputGradient(gradient, output, 0..<panel, outputs) }),
        KernelCase(
            kernel: "winogradInputGradient", shape: "\(layer.name) \(input.text)",
            amount: .floats(input.paddedCount + WinogradPlanes.count * tiles * input.channels),
            outputs: [padded.output(input.paddedCount)],
            run: { $0.winogradInputGradient(inputs, input, padded) }),
    ]
}

private func weightTransforms(_ layer: LayerShape, _ operands: Operands) -> [KernelCase] {
    let rows = layer.input.channels, panel = LayerShape.panel, count = 9 * rows * layer.outputChannels
    func filters() -> FilterView {
        FilterView(
            start: operands.numbers(count), tapStride: rows * layer.outputChannels, rowStride: layer.outputChannels,
            size: MatrixSize(rows: rows, columns: panel))
    }
    let weights = filters(), dWeights = filters()
    let planes = operands.planes(rows: rows, columns: panel), dPlanes = operands.planes(rows: rows, columns: panel)
    let amount = KernelCase.Amount.floats((WinogradPlanes.count + 9) * rows * panel)
    return [
        KernelCase(
            kernel: "winogradWeights", shape: "\(layer.name) \(rows)×\(panel)", amount: amount,
            outputs: [planes.output(rows: rows)], run: { $0.winogradWeights(weights, planes) }),
        KernelCase(
            kernel: "winogradWeightGradient", shape: "\(layer.name) \(rows)×\(panel)", amount: amount,
            outputs: [dWeights.start.output(count)], run: { $0.winogradWeightGradient(dPlanes, dWeights) }),
    ]
}
