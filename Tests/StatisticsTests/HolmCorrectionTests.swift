import Statistics
import Testing

struct HolmCorrectionTests {
    @Test func `an undefined member stays undefined and does not count`() throws {
        let adjusted = holmAdjusted([.success(0.02), .failure(.noVariance), .success(0.03), .failure(.fewer(than: 2))])
        #expect(adjusted == [.success(0.04), .failure(.noVariance), .success(0.04), .failure(.fewer(than: 2))])
    }

    @Test func `a family of one is not adjusted, an empty one is empty`() {
        #expect(holmAdjusted([.success(0.04)]) == [.success(0.04)])
        #expect(holmAdjusted([]).isEmpty)
        #expect(holmAdjusted([.failure(.noVariance)]) == [.failure(.noVariance)])
    }

    @Test(arguments: 0..<30)
    func `adjusted p are between p and Bonferroni's, in the same order, whatever the family's order`(seed: UInt64)
        throws
    {
        var random = TestRandom(seed: seed)
        // Rounded, so that there are ties.
        let family = (0..<1 + random.index(below: 20)).map { _ in (random.uniform() * 50).rounded() / 100 }
        let adjusted = try holmAdjusted(family.map { .success($0) }).map { try $0.get() }
        for (p, value) in zip(family, adjusted) {
            #expect(value >= p && value <= min(1, Double(family.count) * p), "seed \(seed)")
        }
        for i in family.indices {
            for j in family.indices where family[i] <= family[j] { #expect(adjusted[i] <= adjusted[j], "seed \(seed)") }
        }
        let order = random.shuffled(Array(family.indices))
        let shuffled = holmAdjusted(order.map { .success(family[$0]) })
        #expect(try shuffled.map { try $0.get() } == order.map { adjusted[$0] }, "seed \(seed)")
    }
}
