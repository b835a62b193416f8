import Statistics
import Testing

struct InterquartileMeanTests {
    @Test func `a quarter of the values is left out at each end, rounded down`() throws {
        #expect(try InterquartileMean.of(strata: [[1, 2, 3, 100]]).get().mean == 2.5)
        #expect(try InterquartileMean.of(strata: [[100, 1], [3]]).get().mean == 104 / 3.0)
        #expect(try InterquartileMean.of(strata: [[8, 1, 5], [7, 2, 6, 3, 4]]).get().mean == 4.5)
        #expect(try InterquartileMean.of(strata: [[7]]).get().mean == 7)
    }

    @Test func `points with one run each have a mean and no interval`() throws {
        let mean = try InterquartileMean.of(strata: [[1], [2], [3], []]).get()
        #expect(mean.n == 3)
        #expect(mean.interval.reason == .fewer(than: 2))
    }

    @Test func `runs that do not vary within their points have no interval`() throws {
        // 0.3 twice, as two Doubles.
        let mean = try InterquartileMean.of(strata: [[0.1 + 0.2, 0.3], [5, 5, 5]]).get()
        #expect(mean.interval.reason == .noVariance)
    }

    @Test func `nothing comes of nothing, and of what is not finite`() {
        #expect(InterquartileMean.of(strata: []).reason == .fewer(than: 1))
        #expect(InterquartileMean.of(strata: [[], []]).reason == .fewer(than: 1))
        #expect(InterquartileMean.of(strata: [[1, 2], [.nan]]).reason == .notFinite)
        #expect(InterquartileMean.of(strata: [[1.7e308, 1.7e308]]).reason == .notFinite)
    }

    @Test(arguments: 0..<10)
    func `the interval surrounds the mean and stays within the runs`(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let strata = (0..<1 + random.index(below: 5)).map { point in
            (0..<2 + random.index(below: 8)).map { _ in random.normal(mean: 70 + Double(point)) }
        }
        let mean = try InterquartileMean.of(strata: strata).get()
        let interval = try mean.interval.get()
        let runs = strata.flatMap { $0 }
        #expect(interval.contains(mean.mean), "seed \(seed)")
        #expect(interval.lowerBound >= runs.min()! && interval.upperBound <= runs.max()!, "seed \(seed)")
    }

    /// Independent of the module's shortcut, which never sorts a resample.
    @Test(arguments: 0..<4)
    func `resamples that are drawn and sorted one by one give the same bits`(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let strata = [5, 3, 1, 6].map { count in
            (0..<count).map { _ in Double(random.index(below: 12)) / 4 + 70 }
        }
        let ours = try InterquartileMean.of(strata: strata).get().interval.get()
        let stream = ResamplingStream(purpose: "interquartile mean", digestOf: strata)
        let plain = Bootstrap.interval(stream: stream) { stream in
            var resample: [Double] = []
            for stratum in strata { for _ in stratum { resample.append(stratum[stream.index(below: stratum.count)]) } }
            // Multiples of 1/4 add up exactly, in any order.
            return resample.sorted().dropFirst(3).dropLast(3).reduce(0, +) / 9
        }
        #expect(ours == plain, "seed \(seed)")
    }

    /// The mean of these is 0, and a resample of the first value alone would be infinite.
    @Test func `runs whose resamples might have no finite sum have a mean and no interval`() throws {
        let large = 1e308
        let mean = try InterquartileMean.of(strata: [[large, -large, large, -large]]).get()
        #expect(mean.mean == 0 && mean.interval.reason == .notFinite)
    }
}
