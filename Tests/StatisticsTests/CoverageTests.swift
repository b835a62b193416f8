import Foundation
import Statistics
import Testing

/// One kind of synthetic comparison whose truth is known, and how often a statistic is right about it.
struct CoverageScenario: Sendable, CustomTestStringConvertible {
    let name: String
    /// What the share must be, but for the Monte Carlo error of the comparisons.
    let expected: ClosedRange<Double>
    /// Bootstraps and drawn patterns take thousands of resamples each: of a small run they get this share.
    let share: Double
    /// One synthetic comparison; `nil` where the statistic is undefined for it, which does not count.
    let isHit: @Sendable (inout TestRandom) throws -> Bool?

    var testDescription: String { name }

    init(
        _ name: String, _ expected: ClosedRange<Double>, share: Double = 1,
        isHit: @escaping @Sendable (inout TestRandom) throws -> Bool?
    ) {
        self.name = name
        self.expected = expected
        self.share = share
        self.isHit = isHit
    }
}

/// Intervals cover, and tests reject, as often as they say. `SWEEP_COVERAGE=10000` makes as many comparisons of each
/// kind and prints the table; without it a few hundred run.
struct CoverageTests {
    @Test(arguments: scenarios)
    func `intervals cover the true value, and tests reject, in the expected share of samples`(
        scenario: CoverageScenario
    ) throws {
        let asked = ProcessInfo.processInfo.environment["SWEEP_COVERAGE"].flatMap { Int($0) }
        let count = asked ?? max(20, Int(300 * scenario.share))
        var (hits, defined) = (0, 0)
        for comparison in 0..<count {
            var random = TestRandom(seed: UInt64(comparison))
            guard let isHit = try scenario.isHit(&random) else { continue }
            defined += 1
            if isHit { hits += 1 }
        }
        try #require(defined > 0)
        let rate = Double(hits) / Double(defined)
        let error = { (p: Double) in 4 * (p * (1 - p) / Double(defined)).squareRoot() + 1 / Double(defined) }
        if asked != nil { print("coverage: \(scenario.name) | \(defined) | \((rate * 10_000).rounded() / 100) %") }
        let (low, high) = (scenario.expected.lowerBound, scenario.expected.upperBound)
        #expect(rate >= low - error(low) && rate <= high + error(high), "\(hits) of \(defined)")
    }

    static let scenarios = intervals + tests + imageScenarios + rules

    private static let effect = 0.4

    /// Differences of a known mean; the values are 70 and 70 + d.
    private static func sample(
        _ n: Int, effect: Double, _ random: inout TestRandom, _ draw: (inout TestRandom) -> Double
    ) -> PairedSample {
        let first = (0..<n).map { _ in 70 + effect + draw(&random) }
        return PairedSample(first: first, second: first.map { _ in 70 })
    }

    private static func normal(_ random: inout TestRandom) -> Double { random.normal() }
    /// Exponential less its mean: skewed, as accuracies of runs that now and then go wrong.
    private static func skewed(_ random: inout TestRandom) -> Double { -log(random.uniform()) - 1 }

    private static let intervals: [CoverageScenario] =
        [2, 5, 6, 20, 40].map { n in
            CoverageScenario("Student's interval of the mean difference, normal, n = \(n)", 0.95...0.95) { random in
                sample(n, effect: effect, &random, normal).interval.value?.contains(effect)
            }
        } + [
            CoverageScenario("Student's interval, skewed (exponential) differences, n = 6", 0.89...0.90) { random in
                sample(6, effect: effect, &random, skewed).interval.value?.contains(effect)
            }
        ]
        + [(6, 0.92...0.93), (20, 0.94...0.95)].map { n, expected in
            CoverageScenario("interquartile mean, 4 points of \(n) seeds, bootstrap", expected, share: 0.2) { random in
                // Four points at one level: the mean of the middle half of normal runs is their mean.
                let strata = (0..<4).map { _ in (0..<n).map { _ in random.normal(mean: 70) } }
                return try InterquartileMean.of(strata: strata).get().interval.value?.contains(70)
            }
        }
        + [(6, 0.95...0.96), (10, 0.975...0.985), (20, 0.965...0.975), (40, 0.945...0.955)].map { n, expected in
            CoverageScenario("superiority of 0.75, n = \(n), bootstrap, where defined", expected, share: 0.3) {
                random in
                try superiority(n, &random).interval.value?.contains(0.75)
            }
        } + [
            // What a library does that gives 1 to 1 where all pairs agree.
            CoverageScenario(
                "superiority of 0.75, n = 6, bootstrap, undefined counted as missed", 0.78...0.81, share: 0.3
            ) {
                try superiority(6, &$0).interval.value?.contains(0.75) ?? false
            }
        ]

    /// P(0.6745 + Z > 0) = 0.75.
    private static func superiority(_ n: Int, _ random: inout TestRandom) throws -> Superiority {
        try Superiority.of(sample(n, effect: 0.674_489_75, &random, normal)).get()
    }

    private static let tests: [CoverageScenario] =
        [6, 8, 12, 20].map { n in
            // The level that the test can reach: the largest multiple of 2/2ⁿ that is not above 0.05.
            let patterns = Double(1 << (n - 1))
            let level = (0.05 * patterns).rounded(.down) / patterns
            let text = (level * 1_000).rounded() / 10
            return CoverageScenario("exact sign flip under the null, n = \(n) (can reach \(text) %)", level...level) {
                try SignFlipTest.of(sample(n, effect: 0, &$0, normal)).get().p <= 0.05
            }
        } + [
            CoverageScenario("exact sign flip under the null, accuracies with ties, n = 12", 0.04...0.05) { random in
                let first = (0..<12).map { _ in 70 + (random.normal() * 10).rounded() / 10 }
                return try SignFlipTest.of(PairedSample(first: first, second: first.map { _ in 70 })).get().p <= 0.05
            },
            CoverageScenario("drawn sign flips under the null, n = 24", 0.05...0.05, share: 0.3) { random in
                try SignFlipTest.of(sample(24, effect: 0, &random, normal)).get().p <= 0.05
            },
            CoverageScenario("paired t test under the null, n = 5", 0.05...0.05) { random in
                sample(5, effect: 0, &random, normal).interval.value.map { !$0.contains(0) }
            },
            CoverageScenario("any of 4 true nulls rejected after Holm, exact sign flips, n = 12", 0.04...0.05) {
                random in
                let family = (0..<4).map { _ in SignFlipTest.of(sample(12, effect: 0, &random, normal)).map(\.p) }
                return holmAdjusted(family).contains { ($0.value ?? 1) <= 0.05 }
            },
            CoverageScenario("paired t test finds d_z = 1 with its 10 pairs for 80 % (power 80.3 %)", 0.803...0.803) {
                let pairs = try PairedPower.pairsNeeded(effect: 1).get()
                #expect(pairs == 10)
                return sample(pairs, effect: 1, &$0, normal).interval.value.map { !$0.contains(0) }
            },
        ]

    private static let imageScenarios: [CoverageScenario] = [
        CoverageScenario("bootstrap over 1,000 images, 3 seeds", 0.94...0.96, share: 0.3) { random in
            // Two networks a seed whose chances on an image differ by 0.05 on average.
            let ease = (0..<1_000).map { _ in 0.2 + 0.6 * random.uniform() }
            let first = (0..<3).map { _ in random.outcomes(ease.map { $0 + 0.05 }) }
            let second = (0..<3).map { _ in random.outcomes(ease) }
            return try ImageBootstrap.of(first, second).get().interval.get().contains(5)
        },
        CoverageScenario("McNemar under the null, 1,000 images", 0.04...0.05) { random in
            let ease = (0..<1_000).map { _ in 0.2 + 0.6 * random.uniform() }
            return Agreement(random.outcomes(ease), random.outcomes(ease)).mcNemarP <= 0.05
        },
    ]

    private static func round(_ effect: Double, _ random: inout TestRandom) -> [SeedRule.Pair?] {
        [SeedRule.Pair(first: 70 + effect + random.normal(), second: 70)]
    }

    /// Whether the last interval of a rule covers the truth.
    private static func covers(_ rule: SeedRule, _ random: inout TestRandom) -> Bool? {
        var rounds: [[SeedRule.Pair?]] = []
        while case .rounds(let count) = rule.decision(after: rounds) {
            while rounds.count < count { rounds.append(round(effect, &random)) }
        }
        let pairs = rounds.compactMap { $0[0] }
        return PairedSample(first: pairs.map(\.first), second: pairs.map(\.second)).interval.value?.contains(effect)
    }

    private static let rules: [CoverageScenario] = [
        CoverageScenario("interval after the rule ended, 5 to 40 seeds, width 2 s", 0.935...0.95, share: 0.3) {
            covers(SeedRule(width: 2, least: 5, most: 40), &$0)
        },
        CoverageScenario("interval after the rule ended, 10 to 40 seeds, width 1 s", 0.93...0.95, share: 0.3) {
            covers(SeedRule(width: 1, least: 10, most: 40), &$0)
        },
        CoverageScenario("a true null rejected when seeds are added until p <= 0.05, 5 to 40", 0.24...0.26, share: 0.3)
        {
            var differences = [70 + $0.normal(), 70 + $0.normal(), 70 + $0.normal(), 70 + $0.normal()]
            while differences.count < 40 {
                differences.append(70 + $0.normal())
                let sample = PairedSample(first: differences, second: differences.map { _ in 70 })
                if let interval = sample.interval.value, !interval.contains(0) { return true }
            }
            return false
        },
    ]
}
