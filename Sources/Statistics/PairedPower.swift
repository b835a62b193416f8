/// What a paired t test can find: its power, and the pairs that it takes.
///
/// With n pairs and a true effect d_z the test statistic has the noncentral t distribution with ν = n − 1 and
/// δ = d_z √n, and the power is P(|T′| > t*), t* being the two-sided quantile for `level` (Cohen 1988, § 2.3). Given
/// R ~ χ_ν, T′ exceeds t* if a standard normal exceeds t* R/√ν − δ, so the power is
/// E[Q(t* R/√ν − δ) + Q(t* R/√ν + δ)], Q being the normal's upper tail: a smooth integral of positive terms over R.
///
/// Assumes normal differences. The power of a finished comparison at its observed effect is p in other words and
/// explains nothing (Hoenig and Heisey, Am. Stat. 2001); the number of pairs at it is a plan for the next comparison,
/// and as uncertain as the effect.
public enum PairedPower {
    /// More pairs than this are not looked for.
    public static let pairLimit = 10_000

    /// Absolute error below 1e-13 up to 100 pairs and 1e-11 up to `pairLimit`. `pairs` is at least 2.
    public static func power(effect: Double, pairs: Int, level: Double = 0.05) -> Double {
        precondition(pairs > 1, "no t test of \(pairs) pairs")
        let student = StudentT(degreesOfFreedom: pairs - 1)
        return power(effect: effect, pairs: pairs, critical: student.quantile(twoSided: level))
    }

    /// The least number of pairs with at least the `power` asked for, above 0 and below 1.
    ///
    /// Undefined for an effect of 0 or not finite, and above `pairLimit`.
    public static func pairsNeeded(effect: Double, power target: Double = 0.8, level: Double = 0.05) -> Estimate<Int> {
        guard effect.isFinite else { return .failure(.notFinite) }
        guard effect != 0 else { return .failure(.noEffect) }
        let enough = { (pairs: Int) in power(effect: effect, pairs: pairs, level: level) >= target }
        // Power grows with the pairs. `low` is not enough; steps double until `high` is.
        var low = insufficientPairs(effect: effect.magnitude, power: target, level: level)
        var high = low + 1
        while !enough(high) {
            guard high < pairLimit else { return .failure(.more(than: pairLimit)) }
            (low, high) = (high, min(high + 2 * (high - low), pairLimit))
        }
        return .success(firstNumber(in: (low + 1)..<high, where: enough))
    }

    /// A number of pairs, from 1 to below `pairLimit`, that is not enough: not even for the z test, which knows the
    /// deviation of the differences. It is the most powerful unbiased test, and the t test is unbiased.
    private static func insufficientPairs(effect: Double, power target: Double, level: Double) -> Int {
        let critical = normalQuantile(upperTail: level / 2)
        let first = firstNumber(in: 2..<pairLimit) { pairs in
            let shift = effect * Double(pairs).squareRoot()
            return normalUpperTail(critical - shift) + normalUpperTail(critical + shift) >= target
        }
        return first - 1
    }

    private static func power(effect: Double, pairs: Int, critical: Double) -> Double {
        let root = Double(pairs - 1).squareRoot()
        let (slope, shift) = (critical / root, effect.magnitude * Double(pairs).squareRoot())
        // A χ_ν is at most 9 from its mean but for 5e-18, since it is a 1-Lipschitz function of ν normals.
        let range = max(0, root - 9)...(root + 9)
        let panels = Int(((range.upperBound - range.lowerBound) * max(1, slope / 2)).rounded(.up))
        let sums = integrals(over: range, panels: panels) { radius in
            let tails = normalUpperTail(slope * radius - shift) + normalUpperTail(slope * radius + shift)
            return weight(radius, degreesOfFreedom: pairs - 1) * SIMD2(tails, 1)
        }
        return min(1, sums.x / sums.y)
    }

    /// The density of χ_ν in units of its value at √ν: ((r/√ν) e^(−(r² − ν)/(2(ν − 1))))^(ν − 1). The factor in
    /// brackets is near 1 where it matters, so no power of it overflows.
    private static func weight(_ radius: Double, degreesOfFreedom: Int) -> Double {
        let freedom = Double(degreesOfFreedom)
        let root = freedom.squareRoot()
        let exponent = -(radius - root) * (radius + root) / 2
        guard degreesOfFreedom > 1 else { return exponential(exponent) }
        let factor = radius / root * exponential(exponent / (freedom - 1))
        return Statistics.power(factor, halves: 2 * (degreesOfFreedom - 1))
    }
}
