import Kernels
import TestSupport
import Training

/// Memory whose address stays, for kernels that take pointers apart from each other.
final class Buffer {
    let start: UnsafeMutablePointer<Float>
    let count: Int

    init(_ values: [Float]) {
        count = values.count
        start = .allocate(capacity: max(count, 1))
        start.initialize(from: values, count: count)
    }

    convenience init(count: Int, repeating value: Float = 0) {
        self.init([Float](repeating: value, count: count))
    }

    deinit { start.deallocate() }

    var values: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }
}

/// Parameters and their moments after some steps.
struct AdamCase {
    private let parameters: Buffer
    private let first: Buffer
    private let second: Buffer

    init(_ values: [Float]) {
        var numbers = FormulaNumbers(11)
        parameters = Buffer(values)
        first = Buffer(numbers.array(values.count))
        second = Buffer(numbers.array(values.count).map(\.magnitude))
    }

    /// The bits of all of them after two steps.
    func stepped(_ step: (Buffer, AdamMoments, AdamCoefficients) -> Void) -> [UInt32] {
        for number in 1...2 {
            step(
                parameters, AdamMoments(first: first.start, second: second.start),
                AdamCoefficients(step: number, learningRate: 0.01))
        }
        return bits(parameters.values + first.values + second.values)
    }
}

/// The tables of this processor's instruction sets.
let vectorTables: [KernelTable] = KernelSelection.allCases
    .filter { $0 != .reference && $0.isAvailable }
    .compactMap { try? $0.table() }

/// Small and odd shapes, with the channels of one vector, of several, and of the network.
let shapes: [ActivationShape] = [(2, 2, 16), (4, 2, 32), (2, 6, 48), (8, 8, 64), (6, 10, 128)]
    .map { ActivationShape(height: $0.0, width: $0.1, channels: $0.2) }

func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

/// √(Σ (actual − expected)² / Σ expected²).
func relativeError(_ actual: [Float], _ expected: [Double]) -> Double {
    let error = zip(actual, expected).reduce(0.0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    return (error / expected.reduce(0) { $0 + $1 * $1 }).squareRoot()
}
