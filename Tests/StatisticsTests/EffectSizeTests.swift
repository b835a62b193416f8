import Statistics
import Testing

struct EffectSizeTests {
    @Test func `two pairs have an effect and no correction`() throws {
        let effect = try EffectSize.of(PairedSample(first: [71, 73], second: [70, 70])).get()
        #expect(effect.dz == 2 / 2.0.squareRoot())
        #expect(effect.hedges.reason == .fewer(than: 3))
    }

    @Test func `what has no spread has no effect size`() {
        #expect(EffectSize.of(PairedSample(first: [71], second: [70])).reason == .fewer(than: 2))
        #expect(EffectSize.of(PairedSample(first: [71, 72], second: [71, 72])).reason == .noVariance)
        // 1.2 three times, as three different Doubles.
        let constant = PairedSample(first: [71.3, 70.1, 70.4], second: [70.1, 68.9, 69.2])
        #expect(Set(constant.differences).count > 1)
        #expect(EffectSize.of(constant).reason == .noVariance)
        #expect(EffectSize.of(PairedSample(first: [1e200, 2], second: [0, 0])).reason == .notFinite)
        #expect(EffectSize.of(PairedSample(first: [.infinity, 2], second: [0, 0])).reason == .notFinite)
    }

    @Test(arguments: 0..<20)
    func `the effect turns its sign with the points, and does not depend on the unit`(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let sample = random.accuracies(3 + random.index(below: 20))
        let effect = try EffectSize.of(sample).get()
        let swapped = try EffectSize.of(PairedSample(first: sample.second, second: sample.first)).get()
        #expect(swapped.dz == -effect.dz, "seed \(seed)")
        #expect(try swapped.hedges.get() == -effect.hedges.get(), "seed \(seed)")
        let scaled = PairedSample(first: sample.first.map { $0 * 1024 }, second: sample.second.map { $0 * 1024 })
        #expect(try EffectSize.of(scaled).get() == effect, "seed \(seed)")
        #expect(try abs(effect.hedges.get()) < abs(effect.dz), "seed \(seed)")
    }

    /// Over 4,000 samples of 5 pairs from a true effect of 0.8, d_z is a quarter too large on average, and g is right.
    @Test func `Hedges' correction takes the bias away`() throws {
        var random = TestRandom(seed: 12)
        let effects = try (0..<4_000).map { _ in
            let first = (0..<5).map { _ in 70.8 + random.normal() }
            return try EffectSize.of(PairedSample(first: first, second: first.map { _ in 70 })).get()
        }
        let corrected = try effects.map { try $0.hedges.get() }
        let moments = try Moments.of(corrected, resolution: 0).get()
        #expect(abs(moments.mean - 0.8) < 4 * moments.standardError)
        #expect(effects.map(\.dz).reduce(0, +) / 4_000 > 0.95)
    }
}
