/// Fisher's paired permutation test: if a pair's two values could as well have been swapped, every pattern of signs of
/// the differences was equally likely. p is the share of the patterns whose sum is at least as far from 0 as the
/// observed one (Fisher, The Design of Experiments, 1935, § 21).
///
/// Needs no normal distribution; assumes that under the null hypothesis each difference is symmetric about 0, and the
/// pairs are independent. Up to 20 pairs all 2ⁿ patterns are counted. Beyond, 10,000 are drawn and p = (1 + those as
/// far) / (1 + 10,000), which never rejects too often (Phipson and Smyth, Stat. Appl. Genet. Mol. 2010).
///
/// Two sums count as equal if they differ by no more than rounding can make of equal sums, so equal decimals stay ties.
/// Each value is rounded (2 · 2⁻⁵³ of it), each difference, and each of n additions; that is below
/// (n + 4) · 2⁻⁵³ Σ(|first| + |second|) a sum, and the tolerance is four times that. Differences of 0 stay in.
public struct SignFlipTest: Sendable, Hashable {
    public enum Method: Sendable, Hashable {
        /// All patterns were counted.
        case exact
        /// This number of patterns was drawn.
        case sampled(Int)
    }

    /// Two-sided; above 0, at most 1.
    public let p: Double
    public let method: Method

    /// Up to so many pairs the test is exact.
    public static let exactLimit = 20
    package static let sampleCount = 10_000

    /// Undefined for fewer than two pairs and for values that are not finite. Differences without variance have a test.
    public static func of(_ sample: PairedSample) -> Estimate<SignFlipTest> {
        guard sample.isFinite else { return .failure(.notFinite) }
        guard sample.n > 1 else { return .failure(.fewer(than: 2)) }
        let tolerance = Double(sample.n + 4) * 0x1p-51 * sample.magnitudeSum
        let threshold = pairwiseSum(sample.differences).magnitude - tolerance
        if sample.n <= exactLimit {
            return .success(SignFlipTest(p: share(of: sample.differences, from: threshold), method: .exact))
        }
        return .success(SignFlipTest(p: sampledShare(of: sample, from: threshold), method: .sampled(sampleCount)))
    }

    /// The least p that the test can give for so many pairs, at least one: 2/2ⁿ, or 1/10,001 where patterns are drawn.
    public static func leastP(pairs: Int) -> Double {
        precondition(pairs > 0, "no test of \(pairs) pairs")
        return pairs <= exactLimit
            ? Double(sign: .plus, exponent: 1 - pairs, significand: 1) : 1 / Double(sampleCount + 1)
    }

    /// The least number of pairs with which p can be `level` or less: 6 for 0.05. `nil` below 2/2²⁰, which no number of
    /// pairs reaches.
    public static func pairs(toReach level: Double) -> Int? {
        (1...exactLimit).first { leastP(pairs: $0) <= level }
    }

    /// The share of all patterns, counted without a look at each one. A pattern and its opposite have opposite sums, so
    /// the first sign stays; the others are cut into two halves, and for each sum of one half those of the other that
    /// reach the threshold are found in its sorted sums.
    private static func share(of differences: [Double], from threshold: Double) -> Double {
        guard threshold > 0 else { return 1 }
        let middle = differences.count / 2 + 1
        let ends = signedSums(of: differences[middle...], startingFrom: 0).sorted()
        var count = 0
        for start in signedSums(of: differences[1..<middle], startingFrom: differences[0]) {
            count += ends.count - firstNumber(in: ends.indices) { start + ends[$0] >= threshold }
            count += firstNumber(in: ends.indices) { start + ends[$0] > -threshold }
        }
        return Double(count) / Double(sign: .plus, exponent: differences.count - 1, significand: 1)
    }

    private static func signedSums(of values: ArraySlice<Double>, startingFrom start: Double) -> [Double] {
        var sums = [start]
        for value in values { sums = sums.map { $0 + value } + sums.map { $0 - value } }
        return sums
    }

    private static func sampledShare(of sample: PairedSample, from threshold: Double) -> Double {
        var stream = sample.stream(for: "sign flips")
        var count = 0
        for _ in 0..<sampleCount {
            var (word, bits, sum) = (UInt64(0), 0, 0.0)
            for difference in sample.differences {
                if bits == 0 { (word, bits) = (stream.next(), 64) }
                // The sign bit is turned, where a branch that nobody can predict would take most of the time.
                sum += Double(bitPattern: difference.bitPattern ^ word << 63)
                (word, bits) = (word >> 1, bits - 1)
            }
            if sum.magnitude >= threshold { count += 1 }
        }
        return Double(1 + count) / Double(1 + sampleCount)
    }
}
