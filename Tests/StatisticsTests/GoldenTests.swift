import Foundation
import Statistics
import Testing

/// One function beside its reference, over all golden cases.
struct GoldenAgreement: Sendable, CustomTestStringConvertible {
    let name: String
    /// Of the largest relative difference.
    let bound: Double
    /// Ours and the reference's.
    let pairs: @Sendable (Golden) throws -> [(Double, Double)]

    var testDescription: String { name }

    init(_ name: String, bound: Double = 1e-12, _ pairs: @escaping @Sendable (Golden) throws -> [(Double, Double)]) {
        self.name = name
        self.bound = bound
        self.pairs = pairs
    }

    static func relativeDifference(_ ours: Double, _ reference: Double) -> Double {
        ours == reference ? 0 : abs(ours - reference) / abs(reference)
    }
}

struct GoldenTests {
    @Test(arguments: agreements)
    func `every golden number is the reference's`(agreement: GoldenAgreement) throws {
        let pairs = try agreement.pairs(Golden.file.get())
        #expect(pairs.count > 2, "too few numbers to compare")
        let largest = pairs.map { GoldenAgreement.relativeDifference($0.0, $0.1) }.max() ?? .infinity
        if ProcessInfo.processInfo.environment["SWEEP_COVERAGE"] != nil {
            print("golden: \(agreement.name): \(pairs.count) numbers, largest relative difference \(largest)")
        }
        for (ours, reference) in pairs {
            #expect(GoldenAgreement.relativeDifference(ours, reference) <= agreement.bound, "\(ours), \(reference)")
        }
    }

    static let agreements: [GoldenAgreement] = pairedAgreements + powerAgreements + imageAgreements + functionAgreements

    private static let pairedAgreements = [
        GoldenAgreement("exact sign flip, every pattern in fractions", bound: 0) { golden in
            try golden.paired.compactMap { row in
                try row.signFlipFractions.map { (try SignFlipTest.of(row.sample).get().p, $0) }
            }
        },
        GoldenAgreement("exact sign flip, scipy.stats.permutation_test", bound: 0) { golden in
            try golden.paired.filter { $0.first.count <= SignFlipTest.exactLimit }.compactMap { row in
                try row.signFlipScipy.map { (try SignFlipTest.of(row.sample).get().p, $0) }
            }
        },
        GoldenAgreement("interval of the mean difference, scipy.stats.ttest_rel") { golden in
            try golden.paired.flatMap { row in
                try row.interval.map { Array(zip(try row.sample.interval.get().ends, $0)) } ?? []
            }
        },
        GoldenAgreement("two-sided p of Student's t, scipy.stats.ttest_rel") { golden in
            try golden.paired.compactMap { row in
                try row.tP.map { reference in
                    let moments = try row.sample.moments.get()
                    let student = StudentT(degreesOfFreedom: moments.n - 1)
                    return (student.twoSidedProbability(moments.mean / moments.standardError), reference)
                }
            }
        },
        GoldenAgreement("standard error, scipy.stats.sem") { golden in
            try golden.paired.compactMap { row in
                try row.sem.map { (try MeanInterval(row.first).standardError.get(), $0) }
            }
        },
        GoldenAgreement("interval of the mean, scipy.stats.t.interval") { golden in
            try golden.paired.flatMap { row in
                try row.meanInterval.map { Array(zip(try MeanInterval(row.first).interval.get().ends, $0)) } ?? []
            }
        },
        GoldenAgreement("d_z, numpy") { golden in
            try golden.paired.compactMap { row in try row.dz.map { (try EffectSize.of(row.sample).get().dz, $0) } }
        },
        GoldenAgreement("Hedges' g, mpmath") { golden in
            try golden.paired.compactMap { row in
                try row.hedges.map { (try EffectSize.of(row.sample).get().hedges.get(), $0) }
            }
        },
        GoldenAgreement("superiority, counted in fractions", bound: 1e-15) { golden in
            try golden.paired.map { row in (try Superiority.of(row.sample).get().probability, row.superiority) }
        },
        GoldenAgreement("interval and p, autorank") { golden in
            try golden.autorank.flatMap { row in
                let paired = try #require(golden.paired.first { $0.name == row.name })
                let moments = try paired.sample.moments.get()
                let student = StudentT(degreesOfFreedom: moments.n - 1)
                let p = student.twoSidedProbability(moments.mean / moments.standardError)
                let interval = try MeanInterval(paired.first, level: row.level).interval.get()
                return Array(zip([p] + interval.ends, [row.p] + row.interval))
            }
        },
    ]

    private static let powerAgreements = [
        GoldenAgreement("power, mpmath", bound: 2e-12) { golden in
            golden.power.map { (PairedPower.power(effect: $0.effect, pairs: $0.pairs), $0.exact) }
        },
        GoldenAgreement("power, statsmodels TTestPower", bound: 1e-9) { golden in
            golden.power.compactMap { row in
                row.statsmodels.map { (PairedPower.power(effect: row.effect, pairs: row.pairs), $0) }
            }
        },
        GoldenAgreement("pairs for 80 %, statsmodels rounded up", bound: 0) { golden in
            try golden.pairsNeeded.map { row in
                (Double(try PairedPower.pairsNeeded(effect: row.effect).get()), max(2, row.pairs.rounded(.up)))
            }
        },
        GoldenAgreement("pairs for 80 % at the observed effect, statsmodels rounded up", bound: 0) { golden in
            try golden.paired.filter { abs($0.dz ?? 0) > 0.03 }.compactMap { row in
                try row.pairsFor80.map { reference in
                    let effect = try EffectSize.of(row.sample).get()
                    return (
                        Double(try PairedPower.pairsNeeded(effect: effect.dz).get()), max(2, reference.rounded(.up))
                    )
                }
            }
        },
        GoldenAgreement("Holm, statsmodels multipletests", bound: 1e-15) { golden in
            try golden.holm.flatMap { row in
                try zip(holmAdjusted(row.family.map { .success($0) }), row.adjusted).map { (try $0.get(), $1) }
            }
        },
        GoldenAgreement("McNemar, statsmodels mcnemar") { golden in
            golden.mcnemar.map { row in
                (Agreement(both: 9, onlyFirst: row.onlyFirst, onlySecond: row.onlySecond, neither: 1).mcNemarP, row.p)
            }
        },
        GoldenAgreement("McNemar, scipy.stats.binomtest") { golden in
            golden.mcnemar.map { row in
                (
                    Agreement(both: 9, onlyFirst: row.onlyFirst, onlySecond: row.onlySecond, neither: 1).mcNemarP,
                    row.scipy
                )
            }
        },
        GoldenAgreement("interquartile mean, rliable", bound: 1e-14) { golden in
            try golden.interquartileMeans.map { (try InterquartileMean.of(strata: $0.strata).get().mean, $0.mean) }
        },
    ]

    private static let imageAgreements = [
        GoldenAgreement("McNemar of every seed, scipy.stats.binomtest") { golden in
            golden.images.flatMap { row in
                zip(zip(row.firstOutcomes, row.secondOutcomes), row.mcnemar).map { pair, reference in
                    (Agreement(pair.0, pair.1).mcNemarP, reference)
                }
            }
        },
        GoldenAgreement("bootstrap over images, scipy.signal.convolve image by image") { golden in
            try golden.images.flatMap { row in
                let ours = try ImageBootstrap.of(row.firstOutcomes, row.secondOutcomes).get()
                return Array(
                    zip([ours.difference] + (try ours.interval.get().ends), [row.difference] + row.imageInterval))
            }
        },
        GoldenAgreement("binomial error of an accuracy, statsmodels std_prop") { golden in
            golden.binomialErrors.map {
                (SpreadOverSeeds.binomialError(accuracy: $0.accuracy, images: $0.images), $0.error)
            }
        },
        GoldenAgreement("spread over seeds and its parts, numpy", bound: 1e-10) { golden in
            try golden.images.flatMap { row in
                try row.spread.map { try numbers(SpreadOverSeeds.of(row.firstOutcomes).get(), $0) } ?? []
            }
        },
        GoldenAgreement("spread of a paired difference, numpy", bound: 1e-10) { golden in
            try golden.images.flatMap { row in
                try row.pairedSpread.map {
                    try numbers(SpreadOverSeeds.of(row.firstOutcomes, row.secondOutcomes).get(), $0)
                } ?? []
            }
        },
    ]

    private static func numbers(_ ours: SpreadOverSeeds, _ reference: Golden.Spread) -> [(Double, Double)] {
        [
            (ours.variance, reference.variance), (ours.testSetVariance, reference.testSetVariance),
            (ours.restVariance, reference.restVariance),
        ]
    }

    private static let functionAgreements = [
        GoldenAgreement("normal upper tail, mpmath", bound: 2e-13) { golden in
            golden.functions.normalUpperTail.map { (normalUpperTail($0[0]), $0[1]) }
        },
        GoldenAgreement("exponential, mpmath", bound: 4.5e-16) { golden in
            golden.functions.exponential.map { (exponential($0[0]), $0[1]) }
        },
        GoldenAgreement("Hedges' factor, mpmath") { golden in
            golden.functions.hedgesFactor.map { (EffectSize.hedgesFactor(Int($0[0])), $0[1]) }
        },
    ]
}
