import Statistics
import Testing

struct ImageBootstrapTests {
    @Test func `what cannot be resampled says why`() throws {
        let right = ImageOutcomes([true, true, true])
        #expect(ImageBootstrap.of([], []).reason == .fewer(than: 1))
        #expect(ImageBootstrap.of([ImageOutcomes([true])], [ImageOutcomes([false])]).reason == .fewer(than: 2))
        let same = try ImageBootstrap.of([right], [right]).get()
        #expect(same.difference == 0)
        #expect(same.interval.reason == .noVariance)
        let wrong = try ImageBootstrap.of([right], [ImageOutcomes([false, false, false])]).get()
        #expect(wrong.difference == 100)
        #expect(wrong.interval.reason == .noVariance)
    }

    @Test func `two images have the binomial's quantiles`() throws {
        // The sums of the images are 1 and 0: a resample of two has 0, 1 or 2 with 1/4, 1/2 and 1/4.
        let bootstrap = try ImageBootstrap.of([ImageOutcomes([true, false])], [ImageOutcomes([false, false])]).get()
        #expect(try bootstrap.interval.get() == 0...100)
    }

    @Test(arguments: 0..<6)
    func `the interval turns with the points and surrounds the difference`(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let ease = (0..<500).map { _ in random.uniform() }
        let first = (0..<3).map { _ in random.outcomes(ease) }
        let second = (0..<3).map { _ in random.outcomes(ease) }
        let ours = try ImageBootstrap.of(first, second).get()
        let swapped = try ImageBootstrap.of(second, first).get()
        let (interval, mirrored) = (try ours.interval.get(), try swapped.interval.get())
        #expect(mirrored.lowerBound == -interval.upperBound && mirrored.upperBound == -interval.lowerBound)
        #expect(interval.contains(ours.difference), "seed \(seed)")
    }

    @Test func `a real test set is resampled within the precision of the normal limit`() throws {
        var random = TestRandom(seed: 8)
        let ease = (0..<10_000).map { _ in random.uniform().squareRoot() }
        let (first, second) = (random.outcomes(ease), random.outcomes(ease))
        let agreement = Agreement(first, second)
        let bootstrap = try ImageBootstrap.of([first], [second]).get()
        let interval = try bootstrap.interval.get()
        let share = bootstrap.difference / 100
        let discordant = Double(agreement.onlyFirst + agreement.onlySecond) / 10_000
        let error = ((discordant - share * share) / 10_000).squareRoot() * 100
        #expect(abs((interval.upperBound - interval.lowerBound) / (2 * 1.959964 * error) - 1) < 0.02)
    }
}

struct SpreadOverSeedsTests {
    @Test func `a single run or image has no spread`() {
        let run = ImageOutcomes([true, false])
        #expect(SpreadOverSeeds.of([]).reason == .fewer(than: 2))
        #expect(SpreadOverSeeds.of([run]).reason == .fewer(than: 2))
        #expect(SpreadOverSeeds.of([ImageOutcomes([true]), ImageOutcomes([false])]).reason == .fewer(than: 2))
        #expect(SpreadOverSeeds.of([run], [run]).reason == .fewer(than: 2))
        #expect(SpreadOverSeeds.of([], []).reason == .fewer(than: 2))
    }

    @Test func `equal runs have no spread at all`() throws {
        let run = ImageOutcomes([true, false, true])
        let spread = try SpreadOverSeeds.of([run, run, run]).get()
        #expect((spread.variance, spread.testSetVariance, spread.restVariance) == (0, 0, 0))
        #expect(spread.restDeviation == 0)
    }

    @Test func `runs that trade images leave a rest below 0, shown as 0`() throws {
        let spread = try SpreadOverSeeds.of([ImageOutcomes([true, false]), ImageOutcomes([false, true])]).get()
        #expect(spread.variance == 0)
        // Each image's variance is 1/2; Σ v / N² = 1/4 of the unit, which is (100 %)².
        #expect(spread.testSetVariance == 2_500)
        #expect(spread.restVariance == -5_000)
        #expect(spread.restDeviation == 0)
    }

    @Test func `runs that are right on all images or none have no part of the test set's to speak of`() throws {
        let all = ImageOutcomes(Array(repeating: true, count: 1_000))
        let none = ImageOutcomes(Array(repeating: false, count: 1_000))
        let spread = try SpreadOverSeeds.of([all, none]).get()
        #expect(spread.variance == 5_000)
        #expect(abs(spread.testSetVariance - 5) < 1e-12)
        #expect(abs(spread.restVariance - 5_000) < 1e-9)
    }

    /// Each network has a quality of its own, and each image its own ease: both are redrawn, and the estimates' means
    /// are the true variances.
    @Test func `the parts are unbiased over test sets and seeds`() throws {
        var random = TestRandom(seed: 4)
        let (trials, images, quality) = (400, 300, 0.03)
        var (variance, testSet, rest) = (0.0, 0.0, 0.0)
        for _ in 0..<trials {
            let ease = (0..<images).map { _ in 0.3 + 0.4 * random.uniform() }
            let runs = (0..<4).map { _ in
                let shift = random.normal(deviation: quality)
                return random.outcomes(ease.map { $0 + shift })
            }
            let spread = try SpreadOverSeeds.of(runs).get()
            variance += spread.variance / Double(trials)
            testSet += spread.testSetVariance / Double(trials)
            rest += spread.restVariance / Double(trials)
        }
        // E p(1 − p) − (quality)² for p = U(0.3, 0.7): 1/4 − 0.4²/12 − quality².
        let expectedTestSet = (0.25 - 0.16 / 12) / Double(images) * 10_000
        #expect(abs(testSet / expectedTestSet - 1) < 0.01)
        // A variance of 4 runs is known to √(2/3): of 400 to 4.1 %, of which four fit; the rest is a difference.
        #expect(abs(rest / (quality * quality * 10_000) - 1) < 4 * 0.041 * (variance / rest))
    }

    @Test func `75 % of 10,000 images are known to 0.43 points`() {
        #expect(abs(SpreadOverSeeds.binomialError(accuracy: 75, images: 10_000) - 0.4330127) < 1e-7)
        #expect(SpreadOverSeeds.binomialError(accuracy: 100, images: 10) == 0)
    }
}
