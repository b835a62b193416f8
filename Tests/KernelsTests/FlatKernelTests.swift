import Kernels
import TestSupport
import Testing
import Training

/// The vector kernels of matrices and vectors give the reference's bits.
struct FlatKernelTests {
    /// Below, at and above a vector, a block of sums, and several.
    static let counts = [0, 1, 7, 8, 15, 16, 17, 31, 33, 4095, 4096, 4097, 8200]

    static let sizes: [MatrixSize] = [(1, 10), (2, 16), (3, 17), (5, 40), (8, 128), (9, 130)]
        .map { MatrixSize(rows: $0.0, columns: $0.1) }

    @Test(arguments: vectorTables, counts)
    func `vector kernels of whole vectors give the reference's bits`(table: KernelTable, count: Int) {
        var numbers = FormulaNumbers(5)
        let a = numbers.array(count), b = numbers.array(count)
        #expect(table.sumOfSquares(a, count).bitPattern == sumOfSquaresReference(values: a, count: count).bitPattern)

        var expected = a, actual = a
        accumulateReference(total: &expected, addend: b, count: count)
        table.accumulate(&actual, b, count)
        #expect(bits(actual) == bits(expected))

        rectifyGradientReference(gradient: &expected, activations: b, count: count)
        table.rectifyGradient(&actual, b, count)
        #expect(bits(actual) == bits(expected))
    }

    @Test(arguments: vectorTables, sizes)
    func `vector kernels of matrices give the reference's bits`(table: KernelTable, size: MatrixSize) {
        var numbers = FormulaNumbers(6)
        let values = numbers.array(size.rows * size.columns), bias = numbers.array(size.columns)
        var expected = values, actual = values
        addBiasAndRectifyReference(values: &expected, bias: bias, size: size)
        table.addBiasAndRectify(&actual, bias, size)
        #expect(bits(actual) == bits(expected))

        var expectedSums = bias, actualSums = bias
        columnSumsReference(values: values, size: size, sums: &expectedSums)
        table.columnSums(values, size, &actualSums)
        #expect(bits(actualSums) == bits(expectedSums))
    }

    @Test(arguments: vectorTables, counts)
    func `vector kernels of Adam's steps give the reference's bits`(table: KernelTable, count: Int) {
        let expected = adam(.reference, count: count), actual = adam(table, count: count)
        #expect(bits(actual) == bits(expected))
    }

    /// Inner sums shorter than the pieces that Adam's steps come in, as long, and longer.
    @Test(arguments: vectorTables, [1, 5, 8, 13, 64])
    func `vector kernels of dense steps give the reference's bits`(table: KernelTable, inner: Int) {
        let size = ProductSize(rows: 12, columns: 128, inner: inner), leftStride = size.rows + 3
        var numbers = FormulaNumbers(7)
        let left = numbers.array(inner * leftStride), right = numbers.array(inner * size.columns)
        let weights = numbers.array(size.rows * size.columns)
        let steps = { (step: DenseStepKernel) in
            let scratch = Buffer(count: weights.count)
            return AdamCase(weights).stepped { parameters, moments, coefficients in
                left.withUnsafeBufferPointer { left in
                    right.withUnsafeBufferPointer { right in
                        step(
                            LeftMatrix(left.baseAddress!, rowStride: 1, innerStride: leftStride),
                            RightMatrix(right.baseAddress!, innerStride: size.columns), size, parameters.start,
                            moments, coefficients, scratch.start)
                    }
                }
            }
        }
        #expect(steps(table.denseStep) == steps(denseStepReference))
    }

    /// Gradients and moments below, at and above the least magnitudes.
    @Test(arguments: KernelSelection.allCases.filter(\.isAvailable))
    func `Adam leaves no subnormal moments`(kernels: KernelSelection) throws {
        let tiny: [Float] = [0, 1e-45, -1e-40, 0x1p-126, 0x1p-101, -0x1p-100, 0x1p-81, 0x1p-80, -0x1p-64, .nan]
        let table = try kernels.table(), count = tiny.count * tiny.count * 16
        let moments = (0..<count).map { tiny[$0 / 16 % tiny.count] }
        let gradients = (0..<count).map { tiny[$0 / 16 / tiny.count] }
        var parameters = [Float](repeating: 1, count: count)
        let first = Buffer(moments), second = Buffer(moments.map(\.magnitude))
        table.adamStep(
            &parameters, gradients, AdamMoments(first: first.start, second: second.start), count,
            AdamCoefficients(step: 1_000, learningRate: 0.001))
        #expect(first.values.allSatisfy { $0 == 0 || $0.isNaN || $0.magnitude >= LeastMagnitude.firstMoment })
        #expect(second.values.allSatisfy { $0 == 0 || $0.isNaN || $0 >= LeastMagnitude.secondMoment })
        #expect(first.values.contains { $0 == -0x1p-64 || $0 < -0x1p-65 } && first.values.contains { $0.isNaN })
    }

    /// Features die: some gradients, then none for so long that the moments reach their least magnitudes.
    @Test func `no parameter feels the least magnitudes`() {
        let count = 64
        var numbers = FormulaNumbers(12)
        let parameters = Buffer(numbers.array(count)), gradients = Buffer(count: count)
        let first = Buffer(count: count), second = Buffer(count: count)
        var plain = parameters.values, plainFirst = first.values, plainSecond = second.values
        for step in 1...1_500 {
            let values = step <= 10 ? numbers.array(count).map { $0 * 1e-3 } : [Float](repeating: 0, count: count)
            let coefficients = AdamCoefficients(step: step, learningRate: 0.01)
            gradients.start.update(from: values, count: count)
            KernelTable.reference.adamStep(
                parameters.start, gradients.start, AdamMoments(first: first.start, second: second.start), count,
                coefficients)
            for index in 0..<count {
                plainFirst[index].addProduct(coefficients.firstWeight, values[index] - plainFirst[index])
                plainSecond[index] = (plainSecond[index] * coefficients.secondDecay).addingProduct(
                    coefficients.secondWeight * values[index], values[index])
                let root = plainSecond[index].squareRoot()
                plain[index].addProduct(
                    -coefficients.stepSize,
                    plainFirst[index] / coefficients.epsilon.addingProduct(root, coefficients.secondCorrection))
            }
        }
        #expect(bits(parameters.values) == bits(plain))
        #expect(plainFirst.contains { $0.isSubnormal })
        #expect(first.values.allSatisfy { $0 == 0 })
    }

    /// Parameters and moments after three steps, with one gradient that is always 0.
    private func adam(_ table: KernelTable, count: Int) -> [Float] {
        var numbers = FormulaNumbers(8)
        var parameters = numbers.array(count)
        var first = [Float](repeating: 0, count: count), second = first
        first.withUnsafeMutableBufferPointer { first in
            second.withUnsafeMutableBufferPointer { second in
                guard let first = first.baseAddress, let second = second.baseAddress else { return }
                for step in 1...3 {
                    var gradients = numbers.array(count)
                    if count > 0 { gradients[0] = 0 }
                    table.adamStep(
                        &parameters, gradients, AdamMoments(first: first, second: second), count,
                        AdamCoefficients(step: step, learningRate: 0.01))
                }
            }
        }
        return parameters + first + second
    }
}
