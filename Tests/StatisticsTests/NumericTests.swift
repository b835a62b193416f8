import Statistics
import Testing

/// The helpers below every statistic.
struct NumericTests {
    @Test func `the quadrature is exact for polynomials of degree 31`() {
        for degree in 0...31 {
            let sums = integrals(over: -1...2, panels: 1) { x in
                let power = (0..<degree).reduce(1.0) { power, _ in power * x }
                return SIMD2(power, 2 * power)
            }
            let exact =
                ((0...degree).reduce(1.0) { power, _ in power * 2 } - (degree % 2 == 0 ? -1 : 1))
                / Double(degree + 1)
            #expect(abs(sums.x / exact - 1) < 1e-13 && sums.y == 2 * sums.x, "degree \(degree)")
        }
    }

    @Test func `the normal tails of x and −x make 1, and fall everywhere`() {
        var last = 1.0
        for step in -1_000...4_000 {
            let x = Double(step) / 100
            let tail = normalUpperTail(x)
            #expect(abs(tail + normalUpperTail(-x) - 1) <= 1.2e-16)
            #expect(tail <= last && tail >= 0)
            last = tail
        }
        #expect(normalUpperTail(.infinity) == 0)
        #expect(normalUpperTail(-.infinity) == 1)
    }

    @Test func `the normal quantile's tail is the tail asked for`() {
        for tail in [1e-12, 0.001, 0.025, 0.2, 0.5, 0.8, 0.999] {
            #expect(abs(normalUpperTail(normalQuantile(upperTail: tail)) / tail - 1) < 1e-13)
        }
        #expect(abs(normalQuantile(upperTail: 0.025) - 1.959963984540054) < 1e-14)
    }

    @Test func `quantiles interpolate as numpy's`() {
        #expect(quantile(0.5, ofSorted: [1, 2, 4, 8]) == 3)
        #expect(quantile(0, ofSorted: [1, 2]) == 1)
        #expect(quantile(1, ofSorted: [1, 2]) == 2)
        #expect(quantile(0.3, ofSorted: [5]) == 5)
    }

    @Test func `the stream depends on every value, their grouping and the purpose, and not on the sign of 0`() {
        func word(_ purpose: String, _ sequences: [[Double]]) -> UInt64 {
            var stream = ResamplingStream(purpose: purpose, digestOf: sequences)
            return stream.next()
        }
        let base = word("a", [[1, 2], [3]])
        let others = [
            word("b", [[1, 2], [3]]), word("a", [[1], [2, 3]]), word("a", [[1, 2, 3]]), word("a", [[2, 1], [3]]),
            word("a", [[1, 2], [(3.0).nextUp]]),
        ]
        #expect(Set(others + [base]).count == 6)
        #expect(word("a", [[0]]) == word("a", [[-0.0]]))
        // Python: FNV-1a over b"a" and the words 1 and 0x3ff0000000000000, lowest byte first; then one SplitMix64 step.
        #expect(word("a", [[1]]) == 0x24cb_57ca_133b_0b62)
    }

    @Test func `indices of a resampling are even`() {
        var stream = ResamplingStream(seed: 99)
        var counts = Array(repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[stream.index(below: 7)] += 1 }
        // χ² with 6 degrees of freedom is above 22.5 once in a thousand; the seed is fixed.
        #expect(counts.reduce(0.0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 } < 22.5)
    }

    @Test func `reasons read as a table has them`() {
        let reasons: [Undefined] = [.fewer(than: 2), .noVariance, .notFinite, .noEffect, .more(than: 10_000)]
        #expect(reasons.map(\.description) == ["n < 2", "no variance", "not finite", "no effect", "more than 10000"])
    }
}
