/// Mean and spread of values that are a sample, so the deviation divides by n − 1. The tables' `_std` divides by n.
package struct Moments: Sendable, Hashable {
    package let n: Int
    package let mean: Double
    /// Divides by n − 1. Above 0.
    package let deviation: Double

    /// Undefined for fewer than two values, for values that are not finite, and for values whose range is at most
    /// `resolution`.
    package static func of(_ values: [Double], resolution: Double) -> Estimate<Moments> {
        guard values.allSatisfy(\.isFinite) else { return .failure(.notFinite) }
        guard values.count > 1 else { return .failure(.fewer(than: 2)) }
        let mean = pairwiseSum(values) / Double(values.count)
        let deviation = (squaredDeviations(values, from: mean) / Double(values.count - 1)).squareRoot()
        guard deviation.isFinite else { return .failure(.notFinite) }
        guard deviation > 0, values.max()! - values.min()! > resolution else { return .failure(.noVariance) }
        return .success(Moments(n: values.count, mean: mean, deviation: deviation))
    }

    package var standardError: Double { deviation / Double(n).squareRoot() }

    /// mean ± t · standard error, with the two-sided quantile of Student's t for n − 1 degrees of freedom.
    package func interval(level: Double) -> ClosedRange<Double> {
        let halfWidth = StudentT(degreesOfFreedom: n - 1).quantile(twoSided: level) * standardError
        return (mean - halfWidth)...(mean + halfWidth)
    }
}

/// Two numbers up to `magnitude` that ought to be equal differ by no more than this after what made them was rounded:
/// 2⁻⁴⁹ of it. A share in percent, for example, is rounded twice (an error of up to 2 · 2⁻⁵³ of it). A difference of
/// two of them has both errors and its own (6 · 2⁻⁵³). Two such differences are apart by 12 · 2⁻⁵³, and 2⁻⁴⁹ is 16 ·
/// 2⁻⁵³.
package func roundingResolution(magnitude: Double) -> Double { magnitude * 0x1p-49 }
