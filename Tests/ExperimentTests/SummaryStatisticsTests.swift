import Experiment
import Statistics
import Testing

struct SummaryStatisticsTests {
    @Test func `mean and standard deviation are numpy's, bit for bit, for 1 to 300 values and more`() throws {
        let lines = numpyStatistics.split(separator: "\n")
        #expect(lines.count == 303)
        for line in lines {
            let fields = line.split(separator: " ")
            let n = try #require(Int(fields[0]))
            let statistics = try #require(SummaryStatistics(numpyStatisticsValues(n)))
            #expect(statistics.n == n)
            #expect(statistics.mean.bitPattern == UInt64(fields[1], radix: 16), "mean of \(n) values")
            #expect(statistics.standardDeviation.bitPattern == UInt64(fields[2], radix: 16), "std of \(n) values")
        }
    }

    @Test func `one value has no spread`() throws {
        let statistics = try #require(SummaryStatistics([71.3]))
        #expect(statistics.n == 1)
        #expect(statistics.mean == 71.3)
        #expect(statistics.standardDeviation == 0)
    }

    @Test func `no values have no statistics`() {
        #expect(SummaryStatistics([]) == nil)
    }

    @Test(arguments: [1, 2, 9, 200])
    func `negative zeros have the mean 0, as numpy has it`(count: Int) throws {
        let statistics = try #require(SummaryStatistics(Array(repeating: -0.0, count: count)))
        #expect(statistics.mean.bitPattern == 0)
    }

    @Test func `a loss that is not a number stays one`() throws {
        let statistics = try #require(SummaryStatistics([1, .nan]))
        #expect(statistics.mean.isNaN)
        #expect(statistics.standardDeviation.isNaN)
    }

    @Test(arguments: [5, 100, 1_000])
    func `a slice is added as an array of the same values is`(count: Int) {
        let values = numpyStatisticsValues(count)
        #expect(pairwiseSum(([1e300] + values)[1...]) == pairwiseSum(values))
        #expect(pairwiseSum(values.reversed().reversed() as ReversedCollection) == pairwiseSum(values))
    }
}
