import Kernels
import Testing

@Suite("The vector kernels of matrices and vectors give the reference's bits")
struct FlatKernelTests {
    /// Below, at and above a vector, a block of sums, and several.
    static let counts = [0, 1, 7, 8, 15, 16, 17, 31, 33, 4095, 4096, 4097, 8200]

    static let sizes: [MatrixSize] = [(1, 10), (2, 16), (3, 17), (5, 40), (8, 128), (9, 130)]
        .map { MatrixSize(rows: $0.0, columns: $0.1) }

    @Test(arguments: vectorTables, counts)
    func wholeVectors(table: KernelTable, count: Int) {
        var numbers = Numbers(5)
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
    func matrices(table: KernelTable, size: MatrixSize) {
        var numbers = Numbers(6)
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
    func adamSteps(table: KernelTable, count: Int) {
        let expected = adam(.reference, count: count), actual = adam(table, count: count)
        #expect(bits(actual) == bits(expected))
    }

    /// Parameters and moments after three steps, with one gradient that is always 0.
    private func adam(_ table: KernelTable, count: Int) -> [Float] {
        var numbers = Numbers(8)
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
