import Statistics
import Testing

struct PairedPowerTests {
    @Test(arguments: [2, 3, 5, 30, 1_000])
    func `without an effect the power is the level`(pairs: Int) {
        for level in [0.05, 0.01] {
            #expect(abs(PairedPower.power(effect: 0, pairs: pairs, level: level) / level - 1) < 1e-11)
        }
    }

    @Test(arguments: 0..<30)
    func `power grows with the effect and with the pairs`(seed: UInt64) {
        var random = TestRandom(seed: seed)
        let (effect, pairs) = (random.uniform() * 2, 2 + random.index(below: 60))
        let power = PairedPower.power(effect: effect, pairs: pairs)
        #expect(PairedPower.power(effect: -effect, pairs: pairs) == power, "seed \(seed)")
        #expect(PairedPower.power(effect: effect * 1.1, pairs: pairs) >= power, "seed \(seed)")
        #expect(PairedPower.power(effect: effect, pairs: pairs + 1) >= power, "seed \(seed)")
        #expect(power <= 1 && power >= 0.05 - 1e-12, "seed \(seed)")
    }

    @Test(arguments: 0..<20)
    func `the pairs needed are the fewest that are enough`(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let effect = 0.06 + random.uniform() * 3
        let pairs = try PairedPower.pairsNeeded(effect: effect).get()
        #expect(PairedPower.power(effect: effect, pairs: pairs) >= 0.8, "seed \(seed)")
        if pairs > 2 { #expect(PairedPower.power(effect: effect, pairs: pairs - 1) < 0.8, "seed \(seed)") }
        #expect(try PairedPower.pairsNeeded(effect: -effect).get() == pairs, "seed \(seed)")
    }

    @Test func `huge effects take two pairs, and a power of nearly 1 is not above 1`() throws {
        #expect(try PairedPower.pairsNeeded(effect: 40).get() == 2)
        #expect(try PairedPower.pairsNeeded(effect: 1e6).get() == 2)
        #expect(PairedPower.power(effect: 1e300, pairs: 5) <= 1)
        #expect(PairedPower.power(effect: 1e300, pairs: 5) > 0.999)
        #expect(PairedPower.power(effect: 8, pairs: 9_000) <= 1)
    }

    @Test func `no effect and a tiny one say why there is no number`() {
        #expect(PairedPower.pairsNeeded(effect: 0).reason == .noEffect)
        #expect(PairedPower.pairsNeeded(effect: 0.02).reason == .more(than: 10_000))
        #expect(PairedPower.pairsNeeded(effect: .nan).reason == .notFinite)
    }
}
