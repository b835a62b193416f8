import Kernels

// Each kernel equals its reference in `Kernels` bit for bit.

/// Adam's coefficients, one in all lanes.
struct AdamVectors {
    private let firstWeight: Vector
    private let secondDecay: Vector
    private let secondWeight: Vector
    private let correction: Vector
    private let epsilon: Vector
    private let stepSize: Vector
    private let leastFirst = Vector(repeating: LeastMagnitude.firstMoment)
    private let leastSecond = Vector(repeating: LeastMagnitude.secondMoment)

    @inline(__always)
    init(_ coefficients: AdamCoefficients) {
        firstWeight = Vector(repeating: coefficients.firstWeight)
        secondDecay = Vector(repeating: coefficients.secondDecay)
        secondWeight = Vector(repeating: coefficients.secondWeight)
        correction = Vector(repeating: coefficients.secondCorrection)
        epsilon = Vector(repeating: coefficients.epsilon)
        stepSize = Vector(repeating: -coefficients.stepSize)
    }

    /// A step of the parameters from `index` on.
    @inline(__always)
    func step(_ gradient: Vector, _ parameters: UnsafeMutablePointer<Float>, _ moments: AdamMoments, _ index: Int) {
        let oldFirst = load(moments.first, index)
        let first = kept(oldFirst.addingProduct(firstWeight, gradient - oldFirst), atLeast: leastFirst)
        let sum = (load(moments.second, index) * secondDecay).addingProduct(secondWeight * gradient, gradient)
        // Never below 0, so that it needs no magnitude.
        let second = Vector.choose(leastSecond, isAbove: sum, Vector.zero, else: sum)
        store(first, moments.first, index)
        store(second, moments.second, index)
        let denominator = epsilon.addingProduct(second.squareRoot(), correction)
        store(load(parameters, index).addingProduct(stepSize, first / denominator), parameters, index)
    }
}

func adamStep(
    parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    moments: AdamMoments, count: Int, coefficients: AdamCoefficients
) {
    let whole = count - count % Vector.scalarCount, adam = AdamVectors(coefficients)
    for index in VectorStarts(0..<whole) { adam.step(load(gradients, index), parameters, moments, index) }
    adamStepReference(
        parameters: parameters + whole, gradients: gradients + whole, moments: moments + whole, count: count - whole,
        coefficients: coefficients)
}

/// While the products of a tile of four rows by a strip compute, Adam takes its steps with the tile before, an eighth
/// of them after an eighth of the inner sum: they are near enough to each other that the processor does both at once.
/// Rows are outside, so that parameters and moments are read as they lie.
func denseStep(
    left: LeftMatrix, right: RightMatrix, size: ProductSize, parameters: UnsafeMutablePointer<Float>,
    moments: AdamMoments, coefficients: AdamCoefficients, scratch: UnsafeMutablePointer<Float>
) {
    guard widestStrip >= 4 else {
        return denseStepApart(left, right, size, parameters, moments, coefficients, scratch)
    }
    let adam = AdamVectors(coefficients), inner = size.inner
    var waiting = -1
    for group in 0..<size.rows / 4 {
        for column in StripStarts(size.columns) {
            let row = 4 * group
            var factors = left.start + row * left.rowStride, line = right.start + column
            var sum0 = WidestStrip(), sum1 = WidestStrip(), sum2 = WidestStrip(), sum3 = WidestStrip()
            var k = 0
            for piece in 0..<TileSteps.pieces {
                let end = (piece + 1) * inner / TileSteps.pieces
                while k < end {
                    let values = WidestStrip(loading: line)
                    sum0.addProduct(factors[0], values)
                    sum1.addProduct(factors[left.rowStride], values)
                    sum2.addProduct(factors[2 * left.rowStride], values)
                    sum3.addProduct(factors[3 * left.rowStride], values)
                    factors += left.innerStride
                    line += right.innerStride
                    k += 1
                }
                if waiting >= 0 {
                    TileSteps.take(piece, adam, scratch, parameters + waiting, moments + waiting, size.columns)
                }
            }
            sum0.write(to: scratch)
            sum1.write(to: scratch + WidestStrip.width)
            sum2.write(to: scratch + 2 * WidestStrip.width)
            sum3.write(to: scratch + 3 * WidestStrip.width)
            waiting = row * size.columns + column
        }
    }
    guard waiting >= 0 else { return }
    for piece in 0..<TileSteps.pieces {
        TileSteps.take(piece, adam, scratch, parameters + waiting, moments + waiting, size.columns)
    }
}

/// The product first, then Adam's step: with AVX2's registers, tiles small enough to leave some for Adam lose more than
/// is gained.
private func denseStepApart(
    _ left: LeftMatrix, _ right: RightMatrix, _ size: ProductSize, _ parameters: UnsafeMutablePointer<Float>,
    _ moments: AdamMoments, _ coefficients: AdamCoefficients, _ scratch: UnsafeMutablePointer<Float>
) {
    matrixProduct(
        left: left, right: right, size: size, result: StridedOutput(start: scratch, rowStride: size.columns),
        accumulating: false)
    adamStep(
        parameters: parameters, gradients: scratch, moments: moments, count: size.rows * size.columns,
        coefficients: coefficients)
}

/// Adam's steps with a tile of four rows by a strip.
private enum TileSteps {
    @inline(__always)
    static var pieces: Int { 8 }

    /// `gradients`: the tile's, row by row without a gap; the other pointers are at its first element.
    @inline(__always)
    static func take(
        _ piece: Int, _ adam: AdamVectors, _ gradients: UnsafePointer<Float>, _ parameters: UnsafeMutablePointer<Float>,
        _ moments: AdamMoments, _ columns: Int
    ) {
        // Half of a row, and so within one.
        let half = WidestStrip.width / 2, place = (piece >> 1) * columns + (piece & 1) * half
        for lane in VectorStarts(0..<half) {
            adam.step(load(gradients, piece * half + lane), parameters, moments, place + lane)
        }
    }
}

/// The first column of each of the widest strips.
private struct StripStarts: Sequence, IteratorProtocol {
    private var column = 0
    private let end: Int

    @inline(__always)
    init(_ columns: Int) { end = columns }

    @inline(__always)
    mutating func next() -> Int? {
        guard column < end else { return nil }
        defer { column += WidestStrip.width }
        return column
    }
}
