import Foundation
import Kernels
import TestSupport
import Testing

/// Functions of our own agree with the mathematical ones.
struct ScalarFunctionTests {
    @Test func `the exponential is within two units in the last place`() {
        for step in -7000...7000 {
            let x = Double(step) * 0.1001
            let expected = exp(x)
            #expect(abs(exponential(x) - expected) <= 4.5e-16 * expected, "exp(\(x))")
        }
        #expect(exponential(0) == 1)
        #expect(exponential(-800) == 0)
        #expect(exponential(800) == .infinity)
        #expect(exponential(.nan).isNaN)
    }

    @Test func `the logarithm is within two units in the last place`() {
        for step in 1...14000 {
            let x = Double(step) * Double(step) * 1e-5
            let expected = log(x)
            #expect(abs(naturalLogarithm(x) - expected) <= 4.5e-16 * abs(expected) + 1.2e-16, "log(\(x))")
        }
        #expect(naturalLogarithm(1) == 0)
        #expect(naturalLogarithm(0) == -.infinity)
        #expect(naturalLogarithm(-1).isNaN)
        #expect(naturalLogarithm(.infinity) == .infinity)
    }

    @Test func `the cross entropy is right for large logits`() {
        let logits: [Float] = [1000, 0, -1000, 2, 2, 2]
        var gradient = [Float](repeating: 0, count: 6), hits = [false, true, true]
        let result = softmaxCrossEntropy(
            logits: logits, labels: [0, 2], size: MatrixSize(rows: 2, columns: 3), rowStride: 3, dLogits: &gradient,
            hits: &hits)
        #expect(result.loss == Float(log(3.0) / 2))
        // Of equal logits the first counts, so the second image is a miss.
        #expect(result.correct == 1 && hits == [true, false, true])
        #expect(gradient == [0, 0, 0, Float(1.0 / 6), Float(1.0 / 6), Float((1.0 / 3 - 1) / 2)])
    }

    /// e⁻⁹⁰ is subnormal as a Float, and e⁻⁵⁰ · e⁻⁵⁰ is what a weight's second moment would make of e⁻⁵⁰.
    @Test(arguments: [45, 50, 90, 200] as [Float])
    func `the gradient of the cross entropy ends at its least magnitude`(distance: Float) {
        var gradient = [Float](repeating: 1, count: 2), hits = [false]
        _ = softmaxCrossEntropy(
            logits: [0, -distance], labels: [0], size: MatrixSize(rows: 1, columns: 2), rowStride: 2,
            dLogits: &gradient, hits: &hits)
        #expect(gradient == [0, 0])
    }

    @Test func `the gradient of the cross entropy is the difference quotient`() {
        var numbers = FormulaNumbers(9)
        let size = MatrixSize(rows: 3, columns: 10), labels = [4, 0, 9]
        let logits = numbers.array(30).map { 4 * $0 }
        var gradient = [Float](repeating: 0, count: 30), hits = Array(repeating: false, count: 3)
        _ = softmaxCrossEntropy(
            logits: logits, labels: labels, size: size, rowStride: 10, dLogits: &gradient, hits: &hits)
        let loss = { (logits: [Double]) -> Double in
            (0..<3).reduce(0.0) { total, row in
                let line = logits[10 * row..<10 * row + 10]
                return total + log(line.reduce(0) { $0 + exp($1) }) - line[10 * row + labels[row]]
            } / 3
        }
        for index in 0..<30 {
            var up = logits.map(Double.init), down = up
            up[index] += 1e-5
            down[index] -= 1e-5
            #expect(abs((loss(up) - loss(down)) / 2e-5 - Double(gradient[index])) < 1e-7)
        }
    }
}
