import Statistics

/// Mean and spread of one metric over the seeds of a point.
public struct SummaryStatistics: Sendable, Hashable {
    /// How many values there are; at least 1.
    public let n: Int
    public let mean: Double
    /// Divides by n (`ddof=0`); 0 for one value.
    public let standardDeviation: Double
    /// The standard error of the mean, and its 95 % interval: both divide by n − 1.
    public let interval: MeanInterval

    /// The same bits as numpy's `mean` and `std` of a contiguous float64 array; `nil` without values.
    ///
    /// The order of `values` decides the last bit: it is that of the seeds, ascending.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let count = Double(values.count)
        let mean = pairwiseSum(values) / count
        n = values.count
        self.mean = mean
        standardDeviation = (squaredDeviations(values, from: mean) / count).squareRoot()
        interval = MeanInterval(values)
    }
}
