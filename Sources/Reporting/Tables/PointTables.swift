import Experiment

// Tables without the seed: what the seeds say together.

/// The name of the highest validation accuracy over the epochs of a task.
let bestValAccuracyName = "best_val_acc"

/// The columns of `comparison.csv` before and behind the axes.
let comparisonLeadingColumns = ["axis", "first", "second"]
let comparisonTrailingColumns = [
    "metric", "n", "difference_mean", "difference_std", "t", "p", "interval_low", "interval_high",
]

extension RecordSource {
    /// The axes, then `epoch,n`, then `<metric>_mean,<metric>_std`: one row for every point and epoch that a seed has
    /// reached. `n` counts those seeds.
    func writeAggregates(to pass: @escaping ([UInt8]) throws -> Void) throws {
        var table = try CSVText(
            columns: axisColumns + ["epoch", "n"] + meanAndStd(Metric.allCases.map(\.rawValue)), to: pass)
        try forEachAggregate { aggregate in
            table.fields(of: aggregate.point)
            table.field(aggregate.epoch)
            table.fields(of: aggregate.metrics)
            try table.endRow()
        }
        try table.end()
    }

    /// The axes, then `n`, `<metric>_mean,<metric>_std` of the last epoch, `best_val_acc_mean,best_val_acc_std`: one
    /// row for every point. `n` counts the seeds that have finished; where there are none, the other fields are empty.
    func writeFinals(to pass: @escaping ([UInt8]) throws -> Void) throws {
        let names = Metric.allCases.map(\.rawValue) + [bestValAccuracyName]
        var table = try CSVText(columns: axisColumns + ["n"] + meanAndStd(names), to: pass)
        try forEachFinalAggregate { aggregate in
            table.fields(of: aggregate.point)
            table.fields(of: aggregate.metrics)
            table.fields(of: aggregate.bestValAccuracy)
            try table.endRow()
        }
        try table.end()
    }

    /// `axis,first,second`, the axes (empty for the one that is compared), `metric`, then
    /// `n,difference_mean,difference_std,t,p,interval_low,interval_high`: one row for every two points that differ in
    /// one axis only, and metric; of a long axis not all pairs (`PointPairs`).
    ///
    /// A difference is the first value's minus the second's, over the seeds that have finished in both. `final_…` is a
    /// metric of the last epoch. `difference_std` divides by n, as every `_std` of the tables does, so t is not the
    /// mean over `difference_std / √n`: the test divides by n − 1. The interval is that of 95 %.
    func writeComparisons(to pass: @escaping ([UInt8]) throws -> Void) throws {
        var table = try CSVText(
            columns: comparisonLeadingColumns + axisColumns + comparisonTrailingColumns, to: pass)
        try forEachComparison { pair in
            for metric in Metric.allCases {
                try table.row(pair, metric: "final_\(metric.rawValue)", pair[metric], axes: sweep.axes)
            }
            try table.row(pair, metric: bestValAccuracyName, pair.bestValAccuracy, axes: sweep.axes)
        }
        try table.end()
    }
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
    ) throws {
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
        try endRow()
    }
}
