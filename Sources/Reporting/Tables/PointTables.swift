import Experiment

// Tables without the seed: what the seeds say together.

/// The name of the highest validation accuracy over the epochs of a task.
let bestValAccuracyName = "best_val_acc"

/// The columns of `comparison.csv` before and behind the axes.
let comparisonLeadingColumns = ["axis", "first", "second"]
let comparisonTrailingColumns = [
    "metric", "n", "difference_mean", "difference_std", "t", "p", "interval_low", "interval_high",
]

extension SweepResults {
    /// The axes, then `epoch,n`, then `<metric>_mean,<metric>_std`: one row for every point and epoch that a seed has
    /// reached. `n` counts those seeds.
    func aggregateCSV() -> [UInt8] {
        var table = CSVText(columns: axisColumns + ["epoch", "n"] + meanAndStd(Metric.allCases.map(\.rawValue)))
        for aggregate in aggregates() {
            table.fields(of: aggregate.point)
            table.field(aggregate.epoch)
            table.fields(of: aggregate.metrics)
            table.endRow()
        }
        return table.bytes
    }

    /// The axes, then `n`, `<metric>_mean,<metric>_std` of the last epoch, `best_val_acc_mean,best_val_acc_std`: one
    /// row for every point. `n` counts the seeds that have finished; where there are none, the other fields are empty.
    func finalCSV() -> [UInt8] {
        let names = Metric.allCases.map(\.rawValue) + [bestValAccuracyName]
        var table = CSVText(columns: axisColumns + ["n"] + meanAndStd(names))
        for aggregate in finalAggregates() {
            table.fields(of: aggregate.point)
            table.fields(of: aggregate.metrics)
            table.fields(of: aggregate.bestValAccuracy)
            table.endRow()
        }
        return table.bytes
    }

    /// `axis,first,second`, the axes (empty for the one that is compared), `metric`, then
    /// `n,difference_mean,difference_std,t,p,interval_low,interval_high`: one row for every two points that differ in
    /// one axis only, and metric.
    ///
    /// A difference is the first value's minus the second's, over the seeds that have finished in both. `final_…` is a
    /// metric of the last epoch. `difference_std` divides by n, as every `_std` of the tables does, so t is not the mean
    /// over `difference_std / √n`: the test divides by n − 1. The interval is that of 95 %.
    func comparisonCSV() -> [UInt8] {
        var table = CSVText(columns: comparisonLeadingColumns + axisColumns + comparisonTrailingColumns)
        let best = bestValAccuracies()
        for row in pointComparisons() {
            table.row(row, metric: "final_\(row.metric.rawValue)", row.comparison, axes: sweep.axes)
            if row.metric == Metric.allCases.last {
                let comparison = pairedDifference(best[row.first] ?? [:], best[row.second] ?? [:])
                table.row(row, metric: bestValAccuracyName, comparison, axes: sweep.axes)
            }
        }
        return table.bytes
    }

    /// Of the finished tasks, by seed.
    private func bestValAccuracies() -> [Point: [Int: Double]] {
        let entries = pointRuns().map { entry in
            let values = entry.runs.compactMap { run in run.bestValAccuracy.map { (run.seed, $0) } }
            return (entry.point, Dictionary(uniqueKeysWithValues: values))
        }
        return Dictionary(uniqueKeysWithValues: entries)
    }
}

private func pairedDifference(_ first: [Int: Double], _ second: [Int: Double]) -> PairedComparison {
    PairedComparison(
        differences: first.keys.sorted().compactMap { seed in second[seed].map { first[seed]! - $0 } })
}

func meanAndStd(_ names: [String]) -> [String] { names.flatMap { ["\($0)_mean", "\($0)_std"] } }

extension CSVText {
    fileprivate mutating func fields(of point: Point) {
        point.values.forEach { field($0.description) }
    }

    /// `n`, then each metric's mean and standard deviation.
    fileprivate mutating func fields(of metrics: MetricStatistics) {
        field(metrics.n)
        for metric in Metric.allCases {
            fields(of: metrics[metric])
        }
    }

    fileprivate mutating func fields(of statistics: SummaryStatistics?) {
        field(statistics?.mean)
        field(statistics?.standardDeviation)
    }

    fileprivate mutating func row(
        _ points: PointComparison, metric: String, _ comparison: PairedComparison, axes: [Hyperparameter]
    ) {
        let compared = axes.firstIndex(of: points.axis)!
        field(points.axis.rawValue)
        field(points.first.values[compared].description)
        field(points.second.values[compared].description)
        for (index, value) in points.first.values.enumerated() {
            field(index == compared ? "" : value.description)
        }
        field(metric)
        field(comparison.n)
        field(comparison.meanDifference)
        field(comparison.standardDeviation)
        field(comparison.test?.t)
        field(comparison.test?.p)
        field(comparison.test?.interval.lowerBound)
        field(comparison.test?.interval.upperBound)
        endRow()
    }
}
