import Foundation
import Reporting
import Statistics
import Testing

/// The statistics are scipy's.
struct ScipyTests {
    /// `Golden/scipy_comparison.py` made the file from `Golden/epochs.csv`.
    @Test func `comparison.csv has the numbers of ttest_rel`() throws {
        let scipy = try rows(String(contentsOf: goldenFile("scipy_comparison.csv"), encoding: .utf8))
        let ours = try rows(#require(text(sampleReport().content(of: .comparison))))
            .filter { ["final_val_acc", "best_val_acc"].contains($0[5]) }
        #expect(ours.count == 8)
        try #require(ours.count == scipy.count)
        // Of each, in the order of the file: the names, n, then the numbers.
        for (row, expected) in zip(ours, scipy) {
            #expect(row.prefix(7) == expected.prefix(7))
            for (number, reference) in zip(row.dropFirst(7), expected.dropFirst(7)) {
                #expect(try isClose(#require(Double(number)), #require(Double(reference))), "\(row): \(reference)")
            }
        }
    }

    /// `Golden/scipy_density.py` made the file.
    @Test func `a violin has the density of gaussian_kde and numpy's quartiles`() throws {
        let values = (0..<500).map { Double(($0 * 7919) % 1009 - 504) / 65536 }
        let kernels = try #require(KernelDensity(values))
        let sorted = values.sorted()
        let ours =
            [kernels.bandwidth] + [-0.01, 0, 0.005].map { kernels.density(at: $0) }
            + [0.25, 0.5, 0.75].map { quantile($0, ofSorted: sorted) }
        let scipy = try rows(String(contentsOf: goldenFile("scipy_density.csv"), encoding: .utf8))[0]
        try #require(ours.count == scipy.count)
        for (number, reference) in zip(ours, scipy) {
            #expect(try isClose(number, #require(Double(reference))), "\(number), \(reference)")
        }
    }

    @Test(arguments: [[], [0.5], [2, 2, 2], [1, .nan], [0, .infinity]])
    func `values without a spread have no density`(values: [Double]) {
        #expect(KernelDensity(values) == nil)
    }

    private func rows(_ table: String) throws -> [[String]] {
        table.split(separator: "\n").dropFirst().map { row in
            row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private func isClose(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 1e-10 * abs(right) + 1e-16
    }
}
