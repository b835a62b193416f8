import Statistics

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
