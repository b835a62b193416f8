/// What the tables say of a mean over seeds: its standard error, and Student's interval.
///
/// The standard error is s/√n, with s² = Σ(x − mean)²/(n − 1): the spread of means of n seeds, not of seeds. The
/// interval is mean ± t(n − 1) · s/√n (Student, Biometrika 1908).
///
/// Assumes that the values are a sample of independent runs and that the mean of n of them is about normal. Not for two
/// points that share their seeds: whether two intervals overlap says little about the difference, whose own interval is
/// `PairedSample.interval`.
public struct MeanInterval: Sendable, Hashable {
    public let n: Int
    /// 0 where the values do not vary; undefined for n < 2.
    public let standardError: Estimate<Double>
    /// Undefined for n < 2 and where the values do not vary.
    public let interval: Estimate<ClosedRange<Double>>

    /// - Parameters:
    ///   - values: in ascending order of their seeds, which decides the last bit.
    ///   - level: the share of such intervals that miss the mean; above 0 and below 1.
    public init(_ values: [Double], level: Double = 0.05) {
        let magnitude = values.map(\.magnitude).max() ?? 0
        let moments = Moments.of(values, resolution: roundingResolution(magnitude: magnitude))
        n = values.count
        standardError = moments.reason == .noVariance ? .success(0) : moments.map(\.standardError)
        interval = moments.map { $0.interval(level: level) }
    }
}
