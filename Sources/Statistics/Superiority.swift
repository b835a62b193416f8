/// How often the first of two points wins: P(A > B) + P(A = B)/2, over pairs that share their seed.
///
/// The estimate is (wins + ties/2) / n (Bouthillier et al., Accounting for Variance in Machine Learning Benchmarks,
/// MLSys 2021, who ask for 0.75 and more). The interval is the percentile bootstrap over pairs, 10,000 resamples of n
/// pairs, from a stream seeded by the data.
///
/// "Wins" means the larger value: for a loss the smaller one is better, and the reader must be told. Assumes
/// independent pairs. The interval is undefined where all pairs agree: each resample would be the same, and an interval
/// from 1 to 1 would claim a certainty that nobody has (counted so, 95 % intervals of 6 pairs cover 79 %: see the
/// article). This is not rliable's probability of improvement, which compares every run with every other and so gives
/// the pairing away.
public struct Superiority: Sendable, Hashable {
    public let wins: Int
    public let ties: Int
    public let n: Int
    /// Undefined for n < 2, and as `no variance` where all pairs win, all tie, or all lose.
    public let interval: Estimate<ClosedRange<Double>>

    /// 0 to 1.
    public var probability: Double { Double(2 * wins + ties) / Double(2 * n) }

    /// Undefined without pairs and for values that are not finite. Differences up to rounding are ties.
    public static func of(_ sample: PairedSample) -> Estimate<Superiority> {
        guard sample.isFinite else { return .failure(.notFinite) }
        guard sample.n > 0 else { return .failure(.fewer(than: 1)) }
        let resolution = sample.resolution
        // In halves, so that sums are exact.
        let scores = sample.differences.map { $0 > resolution ? 2 : $0 < -resolution ? 0 : 1 }
        return .success(
            Superiority(
                wins: scores.count { $0 == 2 }, ties: scores.count { $0 == 1 }, n: sample.n,
                interval: interval(scores, sample.stream(for: "superiority"))))
    }

    private static func interval(_ scores: [Int], _ stream: ResamplingStream) -> Estimate<ClosedRange<Double>> {
        guard scores.count > 1 else { return .failure(.fewer(than: 2)) }
        guard scores.contains(where: { $0 != scores[0] }) else { return .failure(.noVariance) }
        var stream = stream
        // A sum is one of a few whole numbers: counted, the resamples need not be sorted, which would take most of the
        // time.
        var counts = Array(repeating: 0, count: 2 * scores.count + 1)
        for _ in 0..<Bootstrap.resampleCount {
            counts[scores.indices.reduce(0) { sum, _ in sum + scores[stream.index(below: scores.count)] }] += 1
        }
        let ends = [0.025, 0.975].map { share in
            quantile(share, count: Bootstrap.resampleCount) { rank in
                var ranksBefore = 0
                let sum = counts.firstIndex { count in
                    ranksBefore += count
                    return ranksBefore > rank
                }
                return Double(sum!) / Double(2 * scores.count)
            }
        }
        return .success(ends[0]...ends[1])
    }
}
