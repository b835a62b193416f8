import Experiment
import Statistics

// `comparison.csv`: what paired seeds say of two points.

/// The columns of `comparison.csv` before and behind the axes.
let comparisonLeadingColumns = ["axis", "first", "second"]
let comparisonTrailingColumns = [
    "metric", "n", "difference_mean", "difference_std", "t", "p", "interval_low", "interval_high",
]
/// Those that tables of version 0.1 lack.
let comparisonLaterColumns = [
    "sign_flip_p", "holm_p", "family", "dz", "hedges_g", "superiority", "superiority_low", "superiority_high",
    "least_p", "pairs_for_80", "undefined",
]

extension RecordSource {
    /// `axis,first,second`, the axes (empty for the one that is compared), `metric`, then
    /// `n,difference_mean,difference_std,t,p,interval_low,interval_high`, then `comparisonLaterColumns`: one row for
    /// every two points that differ in one axis only, and metric; of a long axis not all pairs (`PointPairs`).
    ///
    /// A difference is the first value's minus the second's, over the seeds that have finished in both. `final_…` is a
    /// metric of the last epoch. `difference_std` divides by n, as every `_std` of the tables does, so t is not the
    /// mean over `difference_std / √n`: the test divides by n − 1. The interval is that of 95 %.
    ///
    /// `holm_p` is the sign-flip p corrected for all rows of `family`, those of the same axis and metric. `undefined`
    /// says why a later field is empty: `n < 2: sign_flip_p holm_p; …`.
    ///
    /// A row takes 0.3 ms for 5 pairs and 1.3 ms for 21, most of it in resampling: 8 s for the 5,000 pairs of a large
    /// grid. So a writer remembers rows, and a table that is written again while a sweep runs costs only those that
    /// have changed. The statistics of one axis are held at a time, about 200 bytes a row: a family is corrected as a
    /// whole.
    func writeComparisons(
        remembering memory: inout RowMemory<PairedStatistics>, to pass: @escaping ([UInt8]) throws -> Void
    ) throws {
        var table = try CSVText(
            columns: comparisonLeadingColumns + axisColumns + comparisonTrailingColumns + comparisonLaterColumns,
            to: pass)
        memory.begin()
        try forEachComparedAxis { comparisons in
            var rows: [PairedStatistics] = []
            comparisons.forEach { pair in
                for metric in FinalValue.all {
                    let sample = pair.sample(of: metric)
                    let digest = dataDigest(of: [sample.first, sample.second], for: "comparison")
                    rows.append(memory.value(of: digest) { PairedStatistics(sample) })
                }
            }
            let corrected = holmByMetric(rows)
            var place = 0
            try comparisons.forEach { pair in
                for metric in FinalValue.all {
                    table.fields(of: pair, metric, axes: sweep.axes)
                    table.fields(
                        of: rows[place], holm: corrected[place], family: "\(pair.axis.rawValue) \(metric.name)")
                    try table.endRow()
                    place += 1
                }
            }
        }
        try table.end()
    }
}

/// The corrected p of rows whose metrics alternate: each metric is a family of its own.
private func holmByMetric(_ rows: [PairedStatistics]) -> [Estimate<Double>] {
    var corrected: [Estimate<Double>] = rows.map { $0.signFlip.map(\.p) }
    let count = FinalValue.all.count
    for metric in 0..<count {
        let places = Array(stride(from: metric, to: rows.count, by: count))
        for (place, p) in zip(places, holmAdjusted(places.map { corrected[$0] })) { corrected[place] = p }
    }
    return corrected
}

extension ReportSource {
    /// What `comparison.csv` leaves out, a line for the user each; none where it has every pair.
    public var comparisonOmissions: [String] {
        PointPairs(axes: sweep.axes, points: tasksByPoint().map(\.point.values)).omissions
    }
}

extension PointPairs {
    /// A line for the user each.
    var omissions: [String] {
        longAxes.map { long in
            "comparison.csv compares each value of \(long.axis.title) with the next one and with the first alone: "
                + "it has \(counted(long.count, "value")), and all pairs are compared of up to \(rowLimit)"
        }
    }
}

extension CSVText {
    fileprivate mutating func fields(of points: PointComparison, _ metric: FinalValue, axes: [Hyperparameter]) {
        fields(of: points.axis, points.first, points.second, axes: axes)
        let comparison = points[metric]
        field(metric.name)
        field(comparison.n)
        field(comparison.meanDifference)
        field(comparison.standardDeviation)
        field(comparison.test?.t)
        field(comparison.test?.p)
        fields(comparison.test?.interval)
    }

    fileprivate mutating func fields(of row: PairedStatistics, holm: Estimate<Double>, family: String) {
        var reasons = UndefinedFields()
        field(reasons.value(of: row.signFlip.map(\.p), "sign_flip_p"))
        field(reasons.value(of: holm, "holm_p"))
        field(family)
        field(reasons.value(of: row.effect.map(\.dz), "dz"))
        field(reasons.value(of: row.effect.flatMap(\.hedges), "hedges_g"))
        field(reasons.value(of: row.superiority.map(\.probability), "superiority"))
        fields(reasons.value(of: row.superiority.flatMap(\.interval), "superiority_low", "superiority_high"))
        field(reasons.value(of: row.leastP, "least_p"))
        field(reasons.value(of: row.pairsNeeded, "pairs_for_80").map(String.init) ?? "")
        field(reasons.text)
    }
}
