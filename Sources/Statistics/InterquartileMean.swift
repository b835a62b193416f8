/// The mean of the middle half of all runs over several points, and its stratified bootstrap interval (Agarwal et al.,
/// Deep Reinforcement Learning at the Edge of the Statistical Precipice, NeurIPS 2021; the `rliable` library).
///
/// It leaves out ⌊N/4⌋ of N sorted values at each end, as `scipy.stats.trim_mean(x, 0.25)` does. One bad run touches it
/// less than the mean, and it wastes less than the median. Each of 10,000 resamples (see `resampleCount`) draws every
/// point's runs anew among themselves, as many as it has, so the points stay a fixed set: the interval speaks of other
/// seeds, not of other points.
///
/// Assumes independent runs within a point, and points whose values are on one scale. A point with more seeds weighs
/// more. A percentile interval of few seeds a point is too narrow: see the article.
public struct InterquartileMean: Sendable, Hashable {
    /// How many runs there are, over all points.
    public let n: Int
    public let mean: Double
    /// Undefined as `n < 2` where no point has two runs, and as `no variance` where no point's runs differ; as `not
    /// finite` where the sum of a resample might not be.
    public let interval: Estimate<ClosedRange<Double>>

    /// How many resamples the interval of so many runs has: 10,000, and of more than 1,000 runs as many as draw ten
    /// million of them, but 1,000 at least, at which the interval's ends have a Monte Carlo error of 8.5 % of the
    /// statistic's standard error.
    public static func resampleCount(runs: Int) -> Int {
        max(1_000, min(Bootstrap.resampleCount, 10_000_000 / max(1, runs)))
    }

    /// - Parameter strata: one list for each point, of its runs in ascending order of their seeds; empty ones do not
    ///   count. The order of the strata decides the interval's random numbers.
    ///
    /// Undefined without runs, and for values that are not finite.
    public static func of(strata: [[Double]]) -> Estimate<InterquartileMean> {
        let strata = strata.filter { !$0.isEmpty }
        let pool = SortedPool(strata)
        guard pool.values.allSatisfy(\.isFinite) else { return .failure(.notFinite) }
        guard !pool.values.isEmpty else { return .failure(.fewer(than: 1)) }
        let mean = pool.middleMean(counts: Array(repeating: 1, count: pool.values.count))
        guard mean.isFinite else { return .failure(.notFinite) }
        return .success(InterquartileMean(n: pool.values.count, mean: mean, interval: interval(strata, pool)))
    }

    private static func interval(_ strata: [[Double]], _ pool: SortedPool) -> Estimate<ClosedRange<Double>> {
        guard strata.contains(where: { $0.count > 1 }) else { return .failure(.fewer(than: 2)) }
        let varies = strata.contains { stratum in
            let resolution = roundingResolution(magnitude: stratum.map(\.magnitude).max()!)
            return stratum.max()! - stratum.min()! > resolution
        }
        guard varies else { return .failure(.noVariance) }
        // A resample may add up the largest value alone.
        let largest = pool.values.map(\.magnitude).max()!
        guard (largest * Double(pool.values.count)).isFinite else { return .failure(.notFinite) }
        var counts = Array(repeating: 0, count: pool.values.count)
        let stream = ResamplingStream(purpose: "interquartile mean", digestOf: strata)
        return .success(
            Bootstrap.interval(stream: stream, resamples: resampleCount(runs: pool.values.count)) { stream in
                for index in counts.indices { counts[index] = 0 }
                for ranks in pool.ranks {
                    for _ in ranks { counts[ranks[stream.index(below: ranks.count)]] += 1 }
                }
                return pool.middleMean(counts: counts)
            })
    }
}

/// All runs, sorted once: a resample only says how often it has each of them, and need not be sorted.
private struct SortedPool {
    /// Ascending.
    let values: [Double]
    /// The places of each stratum's runs in `values`.
    let ranks: [[Int]]

    init(_ strata: [[Double]]) {
        let runs = strata.flatMap { $0 }
        // Equal values in the order of the runs, so that the places do not depend on how the library sorts.
        let order = runs.indices.sorted { (runs[$0], $0) < (runs[$1], $1) }
        var places = Array(repeating: 0, count: runs.count)
        for (place, run) in order.enumerated() { places[run] = place }
        values = order.map { runs[$0] }
        var start = 0
        ranks = strata.map { stratum in
            defer { start += stratum.count }
            return Array(places[start..<start + stratum.count])
        }
    }

    /// The mean of the middle half of a resample that has each value so many times; as many in all as there are values.
    func middleMean(counts: [Int]) -> Double {
        let cut = values.count / 4
        var (skip, left, sum) = (cut, values.count - 2 * cut, 0.0)
        for (value, count) in zip(values, counts) {
            let skipped = min(skip, count)
            let taken = min(left, count - skipped)
            (skip, left) = (skip - skipped, left - taken)
            if taken > 0 { sum += Double(taken) * value }
            if left == 0 { break }
        }
        return sum / Double(values.count - 2 * cut)
    }
}
