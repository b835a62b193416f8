import Statistics
import Testing

struct SuperiorityTests {
    @Test func `wins count one, ties one half`() throws {
        let superiority = try Superiority.of(
            PairedSample(first: [71.3, 70.1, 71.9, 70], second: [71.3, 70, 70, 71])
        ).get()
        #expect((superiority.wins, superiority.ties, superiority.n) == (2, 1, 4))
        #expect(superiority.probability == 0.625)
    }

    @Test func `equal decimals tie although their Doubles differ`() throws {
        // 0.1 + 0.2 is not 0.3.
        let superiority = try Superiority.of(PairedSample(first: [0.1 + 0.2, 1], second: [0.3, 2])).get()
        #expect((superiority.wins, superiority.ties) == (0, 1))
    }

    @Test func `pairs that all agree have a probability and no interval`() throws {
        for (second, probability) in [(70.0, 1.0), (71, 0.5), (72, 0)] {
            let superiority = try Superiority.of(PairedSample(first: [71, 71, 71], second: [second, second, second]))
                .get()
            #expect(superiority.probability == probability)
            #expect(superiority.interval.reason == .noVariance)
        }
    }

    @Test func `one pair has a probability, none has not`() throws {
        let one = try Superiority.of(PairedSample(first: [71], second: [70])).get()
        #expect(one.probability == 1)
        #expect(one.interval.reason == .fewer(than: 2))
        #expect(Superiority.of(PairedSample(first: [], second: [])).reason == .fewer(than: 1))
        #expect(Superiority.of(PairedSample(first: [.nan], second: [1])).reason == .notFinite)
    }

    /// The resampled wins of n pairs are Binomial(n, wins/n), so the ideal percentiles are known.
    @Test(arguments: [(6, 3), (10, 2), (20, 13), (40, 39)])
    func `without ties the interval is the binomial's quantiles`(n: Int, wins: Int) throws {
        let first = (0..<n).map { $0 < wins ? 71.0 + Double($0) / 100 : 69 - Double($0) / 100 }
        let interval = try Superiority.of(PairedSample(first: first, second: first.map { _ in 70 })).get().interval
            .get()
        for (end, tail) in zip(interval.ends, [0.025, 0.975]) {
            let end = end * Double(n)
            // The distribution function below and at the end brackets the tail, but for the Monte Carlo error.
            let error = 4 * (tail * (1 - tail) / 10_000).squareRoot()
            #expect(binomial(n, Double(wins) / Double(n), upTo: Int(end.rounded(.up)) - 1) <= tail + error)
            #expect(binomial(n, Double(wins) / Double(n), upTo: Int(end)) >= tail - error)
        }
    }

    private func binomial(_ n: Int, _ p: Double, upTo limit: Int) -> Double {
        var distribution = [1.0]
        for _ in 0..<n {
            distribution = zip(distribution + [0], [0] + distribution).map { $0 * (1 - p) + $1 * p }
        }
        return distribution.prefix(max(0, limit + 1)).reduce(0, +)
    }
}
