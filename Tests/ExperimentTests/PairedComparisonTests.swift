import Experiment
import Testing

struct PairedComparisonTests {
    private static let bn = [71.32, 70.88, 71.95, 70.41, 71.6]
    private static let ln = [68.9, 69.35, 69.02, 68.47, 69.8]

    // scipy 1.17.1: r = stats.ttest_rel(bn[:n], ln[:n]); n, r.statistic, r.pvalue, r.confidence_interval(0.95)
    @Test(
        arguments: [
            (2, 4.438202247191066, 0.14108489129610746, -3.6792611075976582, 7.629261107597647),
            (3, 5.606108954144265, 0.030375981911084076, 0.5332146828390893, 4.053451983827574),
            (5, 8.568557277112106, 0.0010187790584902743, 1.435766355440916, 2.81223364455908),
        ])
    func `t, p and the interval are scipy's to 1e-12`(n: Int, t: Double, p: Double, low: Double, high: Double) throws {
        let differences = zip(Self.bn, Self.ln).prefix(n).map { $0 - $1 }
        let comparison = PairedComparison(differences: differences)
        #expect(comparison.n == n)
        let test = try #require(comparison.test)
        #expect(isClose(test.t, t))
        #expect(isClose(test.p, p))
        #expect(isClose(test.interval.lowerBound, low))
        #expect(isClose(test.interval.upperBound, high))
    }

    @Test func `the standard deviation divides by n, as numpy's and every other of the tables does`() {
        let comparison = PairedComparison(differences: [1, 2, 3, 4])
        #expect(comparison.meanDifference == 2.5)
        #expect(comparison.standardDeviation == (5.0 / 4).squareRoot())
    }

    @Test func `without pairs there is nothing to say`() {
        let comparison = PairedComparison(differences: [])
        #expect(comparison.n == 0)
        #expect(comparison.meanDifference == nil)
        #expect(comparison.standardDeviation == nil)
        #expect(comparison.test == nil)
    }

    @Test func `one pair has a difference and no spread`() {
        let comparison = PairedComparison(differences: [0.25])
        #expect(comparison.meanDifference == 0.25)
        #expect(comparison.standardDeviation == 0)
        #expect(comparison.test == nil)
    }

    @Test(arguments: [0.0, 1.5])
    func `differences that do not vary have no test`(difference: Double) {
        let comparison = PairedComparison(differences: [difference, difference, difference])
        #expect(comparison.meanDifference == difference)
        #expect(comparison.standardDeviation == 0)
        #expect(comparison.test == nil)
    }

    @Test(arguments: [Double.nan, .infinity])
    func `a difference that is not finite leaves only n`(difference: Double) {
        let comparison = PairedComparison(differences: [1, difference])
        #expect(comparison.n == 2)
        #expect(comparison.meanDifference == nil)
        #expect(comparison.test == nil)
    }

    private func isClose(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 1e-12 * abs(right)
    }
}
