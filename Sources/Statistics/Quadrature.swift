/// The integrals of the two elements of `integrand` over `range`, by 16 Gauss–Legendre points in each of `panels` equal
/// parts: two integrals for one look at each point.
///
/// Exact for polynomials of degree 31 in each part, but for rounding. The points are added in a fixed order.
package func integrals(
    over range: ClosedRange<Double>, panels: Int, of integrand: (Double) -> SIMD2<Double>
) -> SIMD2<Double> {
    let halfWidth = (range.upperBound - range.lowerBound) / Double(2 * panels)
    var sum = SIMD2<Double>.zero
    for panel in 0..<panels {
        let centre = range.lowerBound + Double(2 * panel + 1) * halfWidth
        for point in gaussPoints {
            let offset = point.place * halfWidth
            sum += point.weight * (integrand(centre - offset) + integrand(centre + offset))
        }
    }
    return sum * halfWidth
}

/// The positive roots of the Legendre polynomial P₁₆, with their weights 2 / ((1 − x²) P₁₆′(x)²): mpmath 1.4 with 40
/// digits, rounded.
private let gaussPoints: [(place: Double, weight: Double)] = [
    (0.09501250983763744, 0.1894506104550685),
    (0.2816035507792589, 0.18260341504492358),
    (0.45801677765722737, 0.16915651939500254),
    (0.6178762444026438, 0.14959598881657674),
    (0.755404408355003, 0.12462897125553388),
    (0.8656312023878318, 0.09515851168249279),
    (0.9445750230732326, 0.062253523938647894),
    (0.9894009349916499, 0.027152459411754096),
]
