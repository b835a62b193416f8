import Experiment
import Kernels
import Training

/// The kernels over rows and whole vectors, at batch size 64.
func flatCases(_ operands: Operands) -> [KernelCase] {
    transposeCases(operands) + hiddenLayerCases(operands) + parameterCases(operands) + denseStepCases(operands)
}

private func transposeCases(_ operands: Operands) -> [KernelCase] {
    let shapes: [(name: String, rows: Int, columns: Int, stride: Int)] = [
        ("conv2 weights", 32, 64, 64), ("conv3 weights", 64, 64, 128), ("hidden gradient", 64, 128, 128),
    ]
    return shapes.map { shape in
        let size = MatrixSize(rows: shape.rows, columns: shape.columns), count = shape.rows * shape.columns
        let source = operands.numbers(shape.rows * shape.stride), target = operands.zeros(count)
        return KernelCase(
            kernel: "transpose", shape: "\(shape.name) \(shape.rows)×\(shape.columns)", amount: .floats(2 * count),
            outputs: [target.output(count)],
            run: { $0.transpose(source, shape.stride, size, StridedOutput(start: target, rowStride: shape.rows)) })
    }
}

private func hiddenLayerCases(_ operands: Operands) -> [KernelCase] {
    let size = MatrixSize(rows: 64, columns: ParameterLayout.hiddenCount), count = size.rows * size.columns
    let values = operands.numbers(count), bias = operands.numbers(size.columns), gradient = operands.numbers(count)
    let sums = operands.zeros(size.columns), activations = operands.numbers(count)
    let shape = "hidden layer \(size.rows)×\(size.columns)"
    return [
        KernelCase(
            kernel: "addBiasAndRectify", shape: shape, amount: .floats(2 * count), outputs: [values.output(count)],
            run: { $0.addBiasAndRectify(values, bias, size) }),
        KernelCase(
            kernel: "rectifyGradient", shape: shape, amount: .floats(3 * count), outputs: [gradient.output(count)],
            run: { $0.rectifyGradient(gradient, activations, count) }),
        KernelCase(
            kernel: "columnSums", shape: shape, amount: .floats(count), outputs: [sums.output(size.columns)],
            run: { $0.columnSums(activations, size, sums) }),
    ]
}

private func parameterCases(_ operands: Operands) -> [KernelCase] {
    let filters = 9 * 64 * 128, all = ParameterLayout(norm: .batch).count, piece = 1 << 15
    let total = operands.numbers(filters), gradients = operands.numbers(all), sum = operands.zeros(2)
    let parameters = operands.numbers(piece), moments = operands.moments(piece)
    let coefficients = AdamCoefficients(step: 100, learningRate: 0.001)
    return [
        KernelCase(
            kernel: "accumulate", shape: "conv3 weights \(filters)", amount: .floats(3 * filters),
            outputs: [total.output(filters)], run: { $0.accumulate(total, gradients, filters) }),
        KernelCase(
            kernel: "sumOfSquares", shape: "all gradients \(all)", amount: .floats(all), outputs: [sum.output(2)],
            run: { table in
                UnsafeMutableRawPointer(sum).storeBytes(of: table.sumOfSquares(gradients, all), as: Double.self)
            }),
        KernelCase(
            kernel: "prefetch", shape: "all gradients \(all)", amount: .floats(all), outputs: [],
            run: { $0.prefetch(gradients, all) }),
        KernelCase(
            kernel: "adamStep", shape: "a piece of the parameters \(piece)", amount: .floats(7 * piece),
            outputs: [parameters.output(piece), moments.first.output(piece), moments.second.output(piece)],
            run: { $0.adamStep(parameters, gradients, moments, piece, coefficients) }),
    ]
}

/// A panel of the hidden layer's weights.
private func denseStepCases(_ operands: Operands) -> [KernelCase] {
    let rows = 64, columns = ParameterLayout.hiddenCount, count = rows * columns, featureStride = 2_064
    let coefficients = AdamCoefficients(step: 100, learningRate: 0.001)
    return [8, 64].map { images in
        let size = ProductSize(rows: rows, columns: columns, inner: images)
        let left = operands.numbers(images * featureStride), right = operands.numbers(images * columns)
        let parameters = operands.numbers(count), moments = operands.moments(count), scratch = operands.zeros(count)
        return KernelCase(
            kernel: "denseStep", shape: "fc1 weights \(rows)×\(images) · \(images)×\(columns)",
            amount: .flop(size.flop),
            outputs: [parameters.output(count), moments.first.output(count), moments.second.output(count)],
            run: {
                $0.denseStep(
                    LeftMatrix(left, rowStride: 1, innerStride: featureStride),
                    RightMatrix(right, innerStride: columns), size, parameters, moments, coefficients, scratch)
            })
    }
}
