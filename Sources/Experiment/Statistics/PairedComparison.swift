/// Student's paired t test: how one setting differs from another when both were trained with the same seeds.
///
/// What the data cannot tell is `nil`, never NaN: a CSV writer leaves such a field empty.
public struct PairedComparison: Sendable, Hashable {
    /// How many seeds have both values.
    public let n: Int
    /// `nil` without pairs, and where a value is not finite.
    public let meanDifference: Double?
    /// Divides by n (`ddof=0`), 0 for one pair, like every other standard deviation of a sweep. The test's divides by
    /// n − 1. `nil` where the mean is.
    public let standardDeviation: Double?
    /// What two pairs or more tell of the mean; `nil` where the differences do not vary at all.
    public let test: Test?

    public struct Test: Sendable, Hashable {
        /// Student's t with n − 1 degrees of freedom, for a mean difference of 0.
        public let t: Double
        /// Two-sided; 0 to 1.
        public let p: Double
        /// The 95 % confidence interval of the mean difference.
        public let interval: ClosedRange<Double>
    }

    /// `differences` in ascending order of their seeds.
    public init(differences: [Double]) {
        n = differences.count
        guard n > 0, differences.allSatisfy(\.isFinite) else {
            (meanDifference, standardDeviation, test) = (nil, nil, nil)
            return
        }
        let mean = pairwiseSum(differences) / Double(n)
        meanDifference = mean
        let squares = squaredDeviations(differences, from: mean)
        standardDeviation = (squares / Double(n)).squareRoot()
        guard n > 1 else {
            test = nil
            return
        }
        let deviation = (squares / Double(n - 1)).squareRoot()
        test = Self.test(mean: mean, standardError: deviation / Double(n).squareRoot(), degreesOfFreedom: n - 1)
    }

    private static func test(mean: Double, standardError: Double, degreesOfFreedom: Int) -> Test? {
        let t = mean / standardError
        guard standardError > 0, t.isFinite else { return nil }
        let student = StudentT(degreesOfFreedom: degreesOfFreedom)
        let halfWidth = student.quantile(twoSided: 0.05) * standardError
        return Test(t: t, p: student.twoSidedProbability(t), interval: (mean - halfWidth)...(mean + halfWidth))
    }
}

/// One row of `comparison.csv`: two points that differ in one axis, in one metric of their last epochs.
public struct PointComparison: Sendable, Hashable {
    /// The axis in which the points differ.
    public let axis: Hyperparameter
    /// The point with the lower value on `axis`.
    public let first: Point
    public let second: Point
    public let metric: Metric
    /// Of first − second, over the seeds that have finished in both.
    public let comparison: PairedComparison
}

extension SweepResults {
    /// Every pair of points that differ in one axis only, in every metric: by axis, the pair's two values, the
    /// remaining point and metric.
    ///
    /// Axes that advance together have no such pairs.
    public func pointComparisons() -> [PointComparison] {
        let entries = pointRuns()
        return sweep.axes.indices.flatMap { axis in
            let pairs = Dictionary(grouping: entries) { $0.point.values.removing(at: axis) }
                .values.flatMap(orderedPairs)
            let sorted = pairs.sorted { left, right in
                sortKey(of: left, axis: axis).lexicographicallyPrecedes(sortKey(of: right, axis: axis))
            }
            return sorted.flatMap { first, second in comparisons(first, second, axis: sweep.axes[axis]) }
        }
    }

    private func comparisons(_ first: PointRuns, _ second: PointRuns, axis: Hyperparameter) -> [PointComparison] {
        let secondRuns = Dictionary(uniqueKeysWithValues: second.runs.map { ($0.seed, $0) })
        let pairs = first.runs.compactMap { run -> (EpochMetrics, EpochMetrics)? in
            guard let left = run.finalRecord, let right = secondRuns[run.seed]?.finalRecord else { return nil }
            return (left.metrics, right.metrics)
        }
        return Metric.allCases.map { metric in
            let differences = pairs.map { left, right in left[metric] - right[metric] }
            return PointComparison(
                axis: axis, first: first.point, second: second.point, metric: metric,
                comparison: PairedComparison(differences: differences))
        }
    }
}

/// Every pair in the order of `entries`.
private func orderedPairs(_ entries: [PointRuns]) -> [(PointRuns, PointRuns)] {
    entries.indices.flatMap { first in entries[(first + 1)...].map { (entries[first], $0) } }
}

private func sortKey(of pair: (PointRuns, PointRuns), axis: Int) -> [ParameterValue] {
    let (first, second) = (pair.0.point.values, pair.1.point.values)
    return [first[axis], second[axis]] + first.removing(at: axis)
}

extension Array {
    fileprivate func removing(at index: Int) -> [Element] {
        var result = self
        result.remove(at: index)
        return result
    }
}
