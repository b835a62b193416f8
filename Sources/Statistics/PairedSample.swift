/// What two points gave with the same seeds: the values that every comparison starts from.
public struct PairedSample: Sendable, Hashable {
    public let first: [Double]
    public let second: [Double]
    /// First − second.
    public let differences: [Double]

    /// - Parameters:
    ///   - first: of the seeds that both points have, in ascending order of the seeds.
    ///   - second: of the same seeds in the same order.
    public init(first: [Double], second: [Double]) {
        precondition(first.count == second.count, "\(first.count) values and \(second.count) are not pairs")
        self.first = first
        self.second = second
        differences = zip(first, second).map { $0 - $1 }
    }

    /// How many pairs there are.
    public var n: Int { differences.count }

    /// Student's 95 % interval of the mean difference: mean ± t(n − 1) · s/√n. Undefined for n < 2, and where the
    /// differences do not vary.
    public var interval: Estimate<ClosedRange<Double>> { moments.map { $0.interval(level: 0.05) } }

    package var isFinite: Bool { differences.allSatisfy(\.isFinite) && magnitudeSum.isFinite }

    /// Two differences that are apart by no more than this are equal, and one up to this is 0: what is left of equal
    /// decimal numbers after rounding. 71.3 − 70.1 and 70.2 − 69 are not the same Double.
    package var resolution: Double {
        roundingResolution(magnitude: zip(first, second).map { max($0.magnitude, $1.magnitude) }.max() ?? 0)
    }

    /// Σ(|first| + |second|).
    package var magnitudeSum: Double { pairwiseSum(zip(first, second).map { $0.magnitude + $1.magnitude }) }

    /// The moments of the differences.
    package var moments: Estimate<Moments> { Moments.of(differences, resolution: resolution) }

    package func stream(for purpose: String) -> ResamplingStream {
        ResamplingStream(purpose: purpose, digestOf: [first, second])
    }
}
