/// The percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13).
package enum Bootstrap {
    /// At 10,000 the ends of a 95 % interval have a Monte Carlo error of about 2.7 % of the statistic's standard error.
    package static let resampleCount = 10_000

    /// The middle 95 %: from the quantile 0.025 of the resampled statistic to the quantile 0.975.
    ///
    /// - Parameters:
    ///   - resamples: how many there are.
    ///   - statistic: draws one resample and returns its statistic.
    package static func interval(
        stream: ResamplingStream, resamples: Int = resampleCount, statistic: (inout ResamplingStream) -> Double
    ) -> ClosedRange<Double> {
        var stream = stream
        var values = (0..<resamples).map { _ in statistic(&stream) }
        values.sort()
        return quantile(0.025, ofSorted: values)...quantile(0.975, ofSorted: values)
    }
}

/// The quantile of ascending values by linear interpolation, as numpy's `percentile` has it by default.
package func quantile(_ share: Double, ofSorted values: [Double]) -> Double {
    quantile(share, count: values.count) { values[$0] }
}

/// The same of `count` values that are known by their ranks in ascending order, from 0 on.
func quantile(_ share: Double, count: Int, value: (_ rank: Int) -> Double) -> Double {
    let place = share * Double(count - 1)
    let below = Int(place)
    guard below + 1 < count else { return value(count - 1) }
    let low = value(below)
    return low + (value(below + 1) - low) * (place - Double(below))
}
