import Statistics
import Testing

struct SignFlipTestTests {
    @Test(arguments: 0..<40)
    func `p is the share of all patterns, looked at one by one in hundredths`(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let n = 2 + random.index(below: 12)
        // Few different values, so that most sums have ties.
        let hundredths = (0..<n).map { _ in (7_000 + random.index(below: 9), 7_000 + random.index(below: 9)) }
        let sample = PairedSample(
            first: hundredths.map { Double($0.0) / 100 }, second: hundredths.map { Double($0.1) / 100 })
        let differences = hundredths.map { $0.0 - $0.1 }
        let observed = abs(differences.reduce(0, +))
        let count = (0..<1 << n).count { pattern in
            let sum = differences.enumerated().reduce(0) {
                $0 + (pattern >> $1.offset & 1 == 1 ? $1.element : -$1.element)
            }
            return abs(sum) >= observed
        }
        #expect(try SignFlipTest.of(sample).get().p == Double(count) / Double(1 << n), "seed \(seed), \(hundredths)")
    }

    @Test(arguments: [2, 5, 6, 19, 20])
    func `pairs that all point one way by different amounts give the least p`(n: Int) throws {
        let first = (1...n).map { 70 + Double($0) * 0.13 }
        let test = try SignFlipTest.of(PairedSample(first: first, second: first.map { _ in 70 })).get()
        #expect(test.p == SignFlipTest.leastP(pairs: n))
        #expect(test.method == .exact)
    }

    @Test func `the least p halves with every pair, and drawn patterns have their own`() {
        #expect(SignFlipTest.leastP(pairs: 1) == 1)
        #expect(SignFlipTest.leastP(pairs: 5) == 0.0625)
        #expect(SignFlipTest.leastP(pairs: 6) == 0.03125)
        #expect(SignFlipTest.leastP(pairs: 20) == 2 / 1_048_576.0)
        #expect(SignFlipTest.leastP(pairs: 21) == 1 / 10_001.0)
    }

    @Test func `six pairs reach 0.05, eight 0.01, and nothing reaches what 20 pairs do not`() {
        #expect(SignFlipTest.pairs(toReach: 0.05) == 6)
        #expect(SignFlipTest.pairs(toReach: 0.01) == 8)
        #expect(SignFlipTest.pairs(toReach: 1) == 1)
        #expect(SignFlipTest.pairs(toReach: 1e-6) == nil)
    }

    @Test func `equal pairs and a constant difference have a p`() throws {
        let equal = PairedSample(first: [71, 70.3, 71.9], second: [71, 70.3, 71.9])
        #expect(try SignFlipTest.of(equal).get().p == 1)
        let constant = PairedSample(first: [71.3, 70.1, 71.9], second: [70.1, 68.9, 70.7])
        #expect(try SignFlipTest.of(constant).get().p == 0.25)
    }

    @Test(arguments: [7, 20, 33])
    func `p does not change when the points swap, or the pairs do where it is exact`(n: Int) throws {
        var random = TestRandom(seed: UInt64(n))
        let sample = random.accuracies(n)
        let swapped = PairedSample(first: sample.second, second: sample.first)
        let order = random.shuffled(Array(0..<n))
        let reordered = PairedSample(first: order.map { sample.first[$0] }, second: order.map { sample.second[$0] })
        let p = try SignFlipTest.of(sample).get().p
        if n <= SignFlipTest.exactLimit {
            #expect(try SignFlipTest.of(swapped).get().p == p)
            #expect(try SignFlipTest.of(reordered).get().p == p)
        } else {
            // Other digests, hence other patterns.
            let bound = 6 * (p * (1 - p) / 10_000).squareRoot() + 2e-4
            #expect(abs(try SignFlipTest.of(swapped).get().p - p) <= bound)
            #expect(abs(try SignFlipTest.of(reordered).get().p - p) <= bound)
        }
    }

    @Test func `what cannot be tested says why`() {
        #expect(SignFlipTest.of(PairedSample(first: [], second: [])).reason == .fewer(than: 2))
        #expect(SignFlipTest.of(PairedSample(first: [71], second: [70])).reason == .fewer(than: 2))
        #expect(SignFlipTest.of(PairedSample(first: [71, .nan], second: [70, 70])).reason == .notFinite)
        #expect(SignFlipTest.of(PairedSample(first: [1.7e308, 1], second: [-1.7e308, 1])).reason == .notFinite)
    }

    @Test func `a p of drawn patterns is never 0`() throws {
        let first = (1...25).map { 70 + Double($0) }
        let test = try SignFlipTest.of(PairedSample(first: first, second: first.map { _ in 60 })).get()
        #expect(test.p == SignFlipTest.leastP(pairs: 25))
        #expect(test.method == .sampled(10_000))
    }
}
