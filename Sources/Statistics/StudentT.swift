/// Student's t distribution for a whole number of degrees of freedom.
///
/// Only +, −, ×, ÷ and square root are used, which IEEE 754 defines to the last bit. With `lgamma`, `exp` and `log` of
/// the C library the same comparison could differ in its last digits between two hosts.
package struct StudentT {
    /// At least 1. Written ν below.
    package let degreesOfFreedom: Int
    /// B(ν/2, 1/2).
    private let beta: Double

    package init(degreesOfFreedom: Int) {
        precondition(degreesOfFreedom > 0, "\(degreesOfFreedom) degrees of freedom")
        self.degreesOfFreedom = degreesOfFreedom
        beta = betaWithOneHalf(halves: degreesOfFreedom)
    }

    /// P(|T| ≥ |t|) = I_x(ν/2, 1/2) with x = ν / (ν + t²) (Abramowitz and Stegun 26.5.27).
    ///
    /// Relative error below 1e-12 up to 1,000 degrees of freedom; it grows in proportion to them. Where t² is not
    /// finite the result is 0.
    package func twoSidedProbability(_ t: Double) -> Double {
        let freedom = Double(degreesOfFreedom)
        let square = t * t
        guard square.isFinite else { return 0 }
        let (x, y) = (freedom / (freedom + square), square / (freedom + square))
        let a = freedom / 2
        let front = power(x, halves: degreesOfFreedom) * y.squareRoot() / beta
        // The fraction converges fast on one side of the distribution's mean (Numerical Recipes, 6.4).
        if x < (a + 1) / (a + 2.5) { return front * betaFraction(a: a, b: 0.5, x: x) / a }
        return 1 - front * betaFraction(a: 0.5, b: a, x: y) / 0.5
    }

    /// The t > 0 with `twoSidedProbability(t)` = `probability`, which lies between 0 and 1. Relative error below 1e-12.
    package func quantile(twoSided probability: Double) -> Double {
        precondition(probability > 0 && probability < 1, "no quantile for the probability \(probability)")
        // The probability falls ever more slowly as t grows, so Newton's steps from 0 never pass the solution: the
        // search ends where rounding no longer lets t rise.
        var t = 0.0
        while true {
            let next = t + (twoSidedProbability(t) - probability) / (2 * density(t))
            guard next > t else { return t }
            t = next
        }
    }

    /// (1 + t²/ν)^(−(ν+1)/2) / (√ν B(ν/2, 1/2)).
    private func density(_ t: Double) -> Double {
        let freedom = Double(degreesOfFreedom)
        let base = freedom / (freedom + t * t)
        return power(base, halves: degreesOfFreedom + 1) / (freedom.squareRoot() * beta)
    }
}

/// B(h/2, 1/2) for h ≥ 1, from B(1/2, 1/2) = π and B(1, 1/2) = 2 by B(a + 1, b) = B(a, b) a / (a + b).
func betaWithOneHalf(halves: Int) -> Double {
    let isOdd = !halves.isMultiple(of: 2)
    return stride(from: isOdd ? 1 : 2, to: halves, by: 2).reduce(isOdd ? Double.pi : 2) { beta, halves in
        beta * Double(halves) / Double(halves + 1)
    }
}

/// x^(h/2) for h ≥ 0 by repeated squaring.
func power(_ x: Double, halves: Int) -> Double {
    var result = halves.isMultiple(of: 2) ? 1 : x.squareRoot()
    var (square, exponent) = (x, halves / 2)
    while exponent > 0 {
        if !exponent.isMultiple(of: 2) { result *= square }
        square *= square
        exponent /= 2
    }
    return result
}

/// The continued fraction of I_x(a, b) · a B(a, b) / (x^a (1 − x)^b) (NIST DLMF 8.17.22), by Lentz's method as Thompson
/// and Barnett changed it.
private func betaFraction(a: Double, b: Double, x: Double) -> Double {
    // Takes the place of a vanishing numerator or denominator.
    let tiny = 1e-300
    func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...10_000 {
        let m = Double(step)
        let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        var change = 1.0
        for coefficient in [even, odd] {
            d = 1 / nonzero(1 + coefficient * d)
            c = nonzero(1 + coefficient / c)
            change = c * d
            result *= change
        }
        if abs(change - 1) <= .ulpOfOne { break }
    }
    return result
}
