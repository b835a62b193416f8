/// What Adam's step t needs besides the tensors; in Double as PyTorch has them, rounded once.
public struct AdamCoefficients: Sendable {
    /// 1 − β₁ and β₂, 1 − β₂.
    public let firstWeight: Float
    public let secondDecay: Float
    public let secondWeight: Float
    /// 1 / √(1 − β₂ᵗ).
    public let secondCorrection: Float
    /// Learning rate / (1 − β₁ᵗ).
    public let stepSize: Float
    public let epsilon: Float

    /// `step` counts from 1. The powers are made by multiplication, since a library's pow may differ between hosts.
    public init(
        step: Int, learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8
    ) {
        firstWeight = Float(1 - beta1)
        secondDecay = Float(beta2)
        secondWeight = Float(1 - beta2)
        secondCorrection = Float(1 / (1 - power(beta2, step)).squareRoot())
        stepSize = Float(learningRate / (1 - power(beta1, step)))
        self.epsilon = Float(epsilon)
    }
}

private func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0, square = base, rest = exponent
    while rest > 0 {
        if rest & 1 == 1 { result *= square }
        square *= square
        rest >>= 1
    }
    return result
}

/// One step of Adam in PyTorch's form: m += (1 − β₁)(g − m), v = β₂ v + (1 − β₂) g², denominator √v / √(1 − β₂ᵗ) + ε,
/// p −= step size · m / denominator. The division by √(1 − β₂ᵗ) is a multiplication, a third of the step's time less.
///
/// Moments below their `LeastMagnitude` become 0, so that neither holds a subnormal number afterwards, whatever it held
/// before.
public typealias AdamStepKernel =
    @Sendable (
        _ parameters: UnsafeMutablePointer<Float>, _ gradients: UnsafePointer<Float>,
        _ moments: AdamMoments, _ count: Int, _ coefficients: AdamCoefficients
    ) -> Void

/// Running means of the gradients and of their squares.
public struct AdamMoments {
    public var first: UnsafeMutablePointer<Float>
    public var second: UnsafeMutablePointer<Float>

    public init(first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>) {
        self.first = first
        self.second = second
    }

    /// The moments from an index on.
    public static func + (moments: AdamMoments, offset: Int) -> AdamMoments {
        AdamMoments(first: moments.first + offset, second: moments.second + offset)
    }
}

public func adamStepReference(
    parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    moments: AdamMoments, count: Int, coefficients: AdamCoefficients
) {
    for index in 0..<count {
        let gradient = gradients[index], oldFirst = moments.first[index]
        let first = kept(
            oldFirst.addingProduct(coefficients.firstWeight, gradient - oldFirst), atLeast: LeastMagnitude.firstMoment)
        let second = kept(
            (moments.second[index] * coefficients.secondDecay).addingProduct(
                coefficients.secondWeight * gradient, gradient), atLeast: LeastMagnitude.secondMoment)
        moments.first[index] = first
        moments.second[index] = second
        let denominator = coefficients.epsilon.addingProduct(second.squareRoot(), coefficients.secondCorrection)
        parameters[index] = parameters[index].addingProduct(-coefficients.stepSize, first / denominator)
    }
}
