// Subnormal numbers, those below 2⁻¹²⁶, cost a processor of some makes a hundred cycles and more each, so none may
// arise where numbers are many. Most cannot: a sum of Floats is a multiple of the last bit of its least term, and terms
// that small do not come of pixels and weights. Three things make numbers small without end: a moment of Adam's decays
// by a constant factor as long as its gradient is 0 (a product that rounds back to itself keeps it subnormal for good),
// a square halves the exponent, and a probability of softmax is a power of e. Whoever writes such a number replaces
// what is below a least magnitude by 0. That is a comparison, not a mode of the processor: x86 and ARM flush before and
// after rounding, and the bits would differ.

/// The magnitudes below which a number becomes 0. Nothing that is computed from them feels it.
public enum LeastMagnitude {
    /// Adam's first moments. What is lost moves a parameter by learning rate · 2⁻¹⁰⁰ · 10 / ε, less
    /// than 2⁻⁶⁶ of the learning rate: a parameter above 2⁻⁴⁰ keeps its bits.
    @inlinable public static var firstMoment: Float { 0x1p-100 }
    /// Adam's second moments: a root below 2⁻⁵⁵ does not change a bit of ε, to which it is added.
    @inlinable public static var secondMoment: Float { 0x1p-120 }
    /// The logits' gradient, in which every other gradient begins: it is divided by ε at the most, and the step that
    /// comes of it is 2⁻³⁷ of the learning rate.
    @inlinable public static var logitGradient: Double { 0x1p-64 }
    /// A norm's statistics and the terms of its gradient.
    @inlinable public static var norm: Double { 0x1p-100 }
}

/// `value`, or 0 where it is less than `least`; NaN stays NaN.
@inline(__always)
func kept(_ value: Float, atLeast least: Float) -> Float { least > value.magnitude ? 0 : value }

/// `value` as a Float, or 0 where it is less than `least`; NaN stays NaN.
@inline(__always)
func kept(_ value: Double, atLeast least: Double) -> Float { least > value.magnitude ? 0 : Float(value) }
