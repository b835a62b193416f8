import DispatchLoad
import Experiment
import Foundation
import Testing

/// Waits are counted in buckets.
struct LatencyHistogramTests {
    @Test(arguments: [0.01, 0.5, 0.9, 0.99, 1])
    func `a quantile is within a hundredth of the one of all values`(share: Double) throws {
        var random = SeededRandom(seed: 7)
        // From a nanosecond to a quarter of an hour, as many in each power of two.
        let values = (0..<20_000).map { _ in Int64(exp2(Double.random(in: 0...40, using: &random))) }
        var histogram = LatencyHistogram()
        for value in values { histogram.add(.nanoseconds(value)) }
        let exact = values.sorted()[Int((share * 20_000).rounded(.up)) - 1]
        let quantile = try #require(histogram.quantile(share)).nanoseconds
        #expect(abs(Double(quantile - exact)) <= 0.01 * Double(exact), "\(quantile) for \(exact)")
        #expect(histogram.count == 20_000)
    }

    @Test func `small numbers are exact, whatever comes beside them`() {
        var histogram = LatencyHistogram()
        for value in 0..<128 { histogram.add(.nanoseconds(value)) }
        #expect((0..<128).allSatisfy { histogram.quantile(Double($0 + 1) / 128) == .nanoseconds($0) })
    }

    @Test func `the quantile of few values is one of them`() {
        var histogram = LatencyHistogram()
        #expect(histogram.quantile(0.5) == nil)
        histogram.add(.nanoseconds(100))
        #expect(histogram.quantile(0) == .nanoseconds(100) && histogram.quantile(0.99) == .nanoseconds(100))
        histogram.add(.nanoseconds(20))
        #expect(histogram.quantile(0.5) == .nanoseconds(20) && histogram.quantile(0.51) == .nanoseconds(100))
    }

    @Test func `a wait below zero, of clocks that were read in another order, is none`() {
        var histogram = LatencyHistogram()
        histogram.add(.seconds(-1))
        #expect(histogram.quantile(1) == .zero)
    }

    @Test func `the longest durations have a bucket`() {
        var histogram = LatencyHistogram()
        histogram.add(.seconds(Int64.max))
        #expect(histogram.count == 1 && histogram.quantile(1) != nil)
    }

    @Test func `histograms of several processes are added, and travel as JSON`() throws {
        var random = SeededRandom(seed: 8)
        var parts = [LatencyHistogram(), LatencyHistogram(), LatencyHistogram()]
        var whole = LatencyHistogram()
        for index in 0..<3000 {
            let duration = Duration.nanoseconds(Int64.random(in: 0...(1 << (10 * (index % 3 + 1))), using: &random))
            parts[index % 3].add(duration)
            whole.add(duration)
        }
        let travelled = try JSONDecoder().decode([LatencyHistogram].self, from: JSONEncoder().encode(parts))
        var sum = LatencyHistogram()
        for part in travelled { sum.add(part) }
        #expect(sum == whole)
    }
}
