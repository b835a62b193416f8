import Statistics
import Testing

struct MeanIntervalTests {
    @Test func `one value and none have neither error nor interval`() {
        for values in [[], [71.3]] {
            let mean = MeanInterval(values)
            #expect(mean.n == values.count)
            #expect(mean.standardError.reason == .fewer(than: 2))
            #expect(mean.interval.reason == .fewer(than: 2))
        }
    }

    @Test(arguments: [[71.3, 71.3], [0.1, 0.1, 0.1], [0, 0, 0, 0]])
    func `values that do not vary have an error of 0 and no interval`(values: [Double]) throws {
        let mean = MeanInterval(values)
        #expect(try mean.standardError.get() == 0)
        #expect(mean.interval.reason == .noVariance)
    }

    @Test(arguments: [Double.nan, .infinity, 1e200])
    func `a value that is not finite, or whose square is not, leaves nothing`(value: Double) {
        let mean = MeanInterval([1, value])
        #expect(mean.standardError.reason == .notFinite)
        #expect(mean.interval.reason == .notFinite)
    }

    @Test func `more confidence is a wider interval around the same mean`() throws {
        let values = [71.32, 70.88, 71.95, 70.41, 71.6]
        let (narrow, wide) = (
            try MeanInterval(values, level: 0.1).interval.get(), try MeanInterval(values).interval.get()
        )
        #expect(wide.lowerBound < narrow.lowerBound && narrow.upperBound < wide.upperBound)
        #expect(abs(wide.lowerBound + wide.upperBound - narrow.lowerBound - narrow.upperBound) < 1e-12)
    }
}
