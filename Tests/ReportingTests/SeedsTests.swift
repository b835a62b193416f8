import Experiment
import Foundation
import Reporting
import Testing

/// A made-up sweep whose points have 1, 2, 5, 20 and 21 seeds, some of them missing: its tables have the numbers of
/// scipy and statsmodels. `Golden/seeds/expected.py` wrote the records and the numbers.
struct SeedsTests {
    private struct Comparison: Decodable {
        let axis: String
        let first: String
        let second: String
        let rest: String
        let metric: String
        let n: Int
        let signFlipP: Double?
        let holmP: Double?
        let dz: Double?
        let hedgesG: Double?
        let superiority: Double?
        let superiorityIntervalResampled: [Double]?
        let leastP: Double?
        let pairsFor80: Int?
    }

    private struct Summary: Decodable {
        let axis: String
        let value: String
        let metric: String
        let points: Int
        let n: Int
        let iqm: Double
        let intervalResampled: [Double]?
    }

    private struct Interval: Decodable {
        let sem: Double
        let interval: [Double]
    }

    private struct Final: Decodable {
        let norm: String
        let batchSize: String
        let n: Int
        let finalTrainLoss: Interval?
        let finalValLoss: Interval?
        let finalTrainAcc: Interval?
        let finalValAcc: Interval?
        let bestValAcc: Interval?
    }

    // MARK: comparison.csv

    @Test func `a comparison has the test, the correction, the effect and the power of scipy and statsmodels`() throws {
        let expected: [Comparison] = try golden("comparison.json")
        let rows = try rows(of: .comparison)
        try #require(rows.count == expected.count && rows.count == 225)
        #expect(Set(expected.map(\.n)).isSuperset(of: [0, 1, 2, 3, 5, 18, 19, 20, 21]))
        #expect(expected.count { $0.pairsFor80 != nil } > 80)
        let ours = Dictionary(uniqueKeysWithValues: rows.map { (key($0), $0) })
        for comparison in expected {
            let row = try #require(ours[key(comparison)], "\(comparison)")
            #expect(row["n"] == String(comparison.n))
            try expect(row, comparison)
        }
    }

    private func expect(_ row: [String: String], _ expected: Comparison) throws {
        #expect(number(row["dz"], is: expected.dz, within: 1e-9), "\(row)")
        #expect(number(row["hedges_g"], is: expected.hedgesG, within: 1e-9), "\(row)")
        #expect(number(row["superiority"], is: expected.superiority, within: 1e-15), "\(row)")
        #expect(number(row["least_p"], is: expected.leastP, within: 1e-15), "\(row)")
        #expect(row["family"] == "\(expected.axis) \(expected.metric)")
        // For very large effects statsmodels has no power to compare with.
        if let pairs = expected.pairsFor80 {
            #expect(row["pairs_for_80"] == (pairs > 10_000 ? "" : String(pairs)), "\(row), \(pairs)")
        }
        if expected.n <= 20 {
            #expect(number(row["sign_flip_p"], is: expected.signFlipP, within: 1e-12), "\(row)")
        } else {
            let (p, exact) = (try #require(Double(row["sign_flip_p"] ?? "")), try #require(expected.signFlipP))
            #expect(abs(p - exact) <= 4 * (exact * (1 - exact) / 10_000).squareRoot() + 1e-3, "\(row)")
        }
        // Among the norms are comparisons of 21 seeds, whose patterns are drawn: their family has that error.
        if expected.axis == "batch_size" {
            #expect(number(row["holm_p"], is: expected.holmP, within: 1e-12), "\(row)")
        } else {
            #expect((row["holm_p"] == "") == (expected.holmP == nil), "\(row)")
        }
        let step = 1 / Double(max(1, expected.n))
        try expectInterval(row, "superiority", expected.superiorityIntervalResampled, step: step)
    }

    @Test func `every field that is empty has its reason, and no other one`() throws {
        let later = [
            "sign_flip_p", "holm_p", "dz", "hedges_g", "superiority", "superiority_low", "superiority_high", "least_p",
            "pairs_for_80",
        ]
        var reasons: Set<String> = []
        for row in try rows(of: .comparison) {
            let parts = (row["undefined"] ?? "").split(separator: "; ").map { $0.split(separator: ": ") }
            try #require(parts.allSatisfy { $0.count == 2 }, "\(row)")
            let named = parts.flatMap { $0[1].split(separator: " ").map(String.init) }
            #expect(named.sorted() == later.filter { row[$0] == "" }.sorted(), "\(row)")
            reasons.formUnion(parts.map { String($0[0]) })
        }
        #expect(reasons.isSuperset(of: ["n < 1", "n < 2", "n < 3", "no variance"]), "\(reasons)")
    }

    @Test func `the corrected p are Holm's of the table's own`() throws {
        let families = Dictionary(grouping: try rows(of: .comparison)) { $0["family"] ?? "" }
        #expect(families.count == 10)
        for (name, family) in families {
            let sorted = family.compactMap { row in
                Double(row["sign_flip_p"] ?? "").map { (p: $0, holm: Double(row["holm_p"] ?? "") ?? .nan) }
            }.sorted { $0.p < $1.p }
            var largest = 0.0
            for (rank, row) in sorted.enumerated() {
                largest = max(largest, min(1, row.p * Double(sorted.count - rank)))
                #expect(row.holm == largest || sorted.contains { $0.p == row.p && $0.holm == row.holm }, "\(name)")
            }
        }
    }

    // MARK: final.csv and summary.csv

    @Test func `final.csv has scipy's standard errors and Student's intervals`() throws {
        let expected: [Final] = try golden("final.json")
        let rows = try rows(of: .final)
        try #require(rows.count == expected.count && rows.count == 15)
        for (row, final) in zip(rows, expected) {
            #expect(row["norm"] == final.norm && row["batch_size"] == final.batchSize && row["n"] == String(final.n))
            let metrics = [
                ("train_loss", final.finalTrainLoss), ("val_loss", final.finalValLoss),
                ("train_acc", final.finalTrainAcc), ("val_acc", final.finalValAcc), ("best_val_acc", final.bestValAcc),
            ]
            for (name, interval) in metrics {
                #expect(number(row["\(name)_sem"], is: interval?.sem, within: 1e-9), "\(name): \(row)")
                #expect(number(row["\(name)_ci_low"], is: interval?.interval[0], within: 1e-10), "\(name): \(row)")
                #expect(number(row["\(name)_ci_high"], is: interval?.interval[1], within: 1e-10), "\(name): \(row)")
            }
        }
    }

    @Test func `summary.csv has the trimmed mean of scipy and the interval of numpy's resamples`() throws {
        let expected: [Summary] = try golden("summary.json")
        let rows = try rows(of: .summary)
        try #require(rows.count == expected.count && rows.count == (3 + 5) * 5)
        for (row, summary) in zip(rows, expected) {
            #expect(row["axis"] == summary.axis && row["value"] == summary.value && row["metric"] == summary.metric)
            #expect(row["points"] == String(summary.points) && row["n"] == String(summary.n))
            #expect(number(row["iqm"], is: summary.iqm, within: 1e-12), "\(row)")
            try expectInterval(row, "iqm", summary.intervalResampled, isCoarse: summary.n < 10)
        }
    }

    // MARK: Steps

    /// 10,000 resamples and 20,000 or more of the reference: 4 Monte Carlo errors of both, in widths of the interval.
    ///
    /// - Parameters:
    ///   - step: by which an end may also move, where the statistic has few values.
    ///   - isCoarse: where it has few values that are not evenly spaced.
    private func expectInterval(
        _ row: [String: String], _ name: String, _ reference: [Double]?, step: Double = 0, isCoarse: Bool = false
    ) throws {
        let ends = ["low", "high"].map { Double(row["\(name)_\($0)"] ?? "") }
        guard let reference else { return #expect(ends == [nil, nil], "\(row)") }
        let width = reference[1] - reference[0]
        for (end, expected) in zip(ends, reference) {
            #expect(
                abs(try #require(end, "\(row)") - expected) <= (isCoarse ? 0.1 : 0.04) * width + step + 1e-9,
                "\(row), \(reference)")
        }
    }

    private func number(_ text: String?, is expected: Double?, within share: Double) -> Bool {
        guard let expected else { return text == "" }
        return Double(text ?? "").map { abs($0 - expected) <= share * abs(expected) } ?? false
    }

    private func key(_ row: [String: String]) -> [String] {
        let rest = row["axis"] == "norm" ? row["batch_size"] : row["norm"]
        return [row["axis"], row["first"], row["second"], rest, row["metric"]].map { $0 ?? "" }
    }

    private func key(_ row: Comparison) -> [String] { [row.axis, row.first, row.second, row.rest, row.metric] }

    private func golden<Value: Decodable>(_ name: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: Data(contentsOf: goldenFile("seeds/\(name)")))
    }

    /// By the names of the columns.
    private func rows(of file: ReportFile) throws -> [[String: String]] {
        let report = Report(results: try seedsResults(), attempts: [])
        let lines = try #require(text(report.content(of: file))).split(separator: "\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let head = try #require(lines.first)
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(head, $0)) }
    }
}
