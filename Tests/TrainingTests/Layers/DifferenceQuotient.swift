import Testing

/// Checks a gradient against central differences of a plain forward pass in Double.
///
/// The forward pass in Double is the reference: its differences are exact to about 1e-9 of the gradient, so what is
/// seen is the float engine's error. `bound` is relative to the greatest difference quotient of the tensor.
func expectGradient(
    _ gradient: UnsafePointer<Float>, of values: [Double], name: String, bound: Double,
    sourceLocation: SourceLocation = #_sourceLocation, loss: ([Double]) -> Double
) {
    // Some thirty places of each tensor; a prime stride reaches all axes.
    let places = stride(from: 0, to: values.count, by: max(1, values.count / 31 | 1)).map { $0 }
    let step = 1e-6
    let quotients = places.map { place in
        var up = values, down = values
        up[place] += step
        down[place] -= step
        return (loss(up) - loss(down)) / (2 * step)
    }
    let scale = quotients.map(abs).max() ?? 0
    for (place, quotient) in zip(places, quotients) {
        #expect(
            abs(Double(gradient[place]) - quotient) <= bound * scale, "\(name)[\(place)]",
            sourceLocation: sourceLocation)
    }
}
