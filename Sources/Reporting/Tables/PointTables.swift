import Experiment
import Statistics

// Tables without the seed: what the seeds say together.

/// The name of the highest validation accuracy over the epochs of a task.
let bestValAccuracyName = FinalValue.bestValAccuracy.name

extension RecordSource {
    /// The axes, then `epoch,n`, then `<metric>_mean,<metric>_std`, then
    /// `<metric>_sem,<metric>_ci_low,<metric>_ci_high`: one row for every point and epoch that a seed has reached. `n`
    /// counts those seeds.
    func writeAggregates(to pass: @escaping ([UInt8]) throws -> Void) throws {
        let names = Metric.allCases.map(\.rawValue)
        var table = try CSVText(
            columns: axisColumns + ["epoch", "n"] + meanAndStd(names) + errorAndInterval(names), to: pass)
        try forEachAggregate { aggregate in
            table.fields(of: aggregate.point)
            table.field(aggregate.epoch)
            table.fields(of: aggregate.metrics)
            table.intervals(of: aggregate.metrics)
            try table.endRow()
        }
        try table.end()
    }

    /// The axes, then `n`, `<metric>_mean,<metric>_std` of the last epoch, `best_val_acc_mean,best_val_acc_std`, then
    /// of each of these `_sem,_ci_low,_ci_high`: one row for every point. `n` counts the seeds that have finished;
    /// where there are none, the other fields are empty.
    ///
    /// `_std` divides by n. `_sem` is s/√n with an s that divides by n − 1, and the interval is Student's of 95 %: both
    /// are empty for n < 2, the interval also where the seeds do not differ.
    func writeFinals(to pass: @escaping ([UInt8]) throws -> Void) throws {
        let names = Metric.allCases.map(\.rawValue) + [bestValAccuracyName]
        var table = try CSVText(columns: axisColumns + ["n"] + meanAndStd(names) + errorAndInterval(names), to: pass)
        try forEachFinalAggregate { aggregate in
            table.fields(of: aggregate.point)
            table.fields(of: aggregate.metrics)
            table.fields(of: aggregate.bestValAccuracy)
            table.intervals(of: aggregate.metrics)
            table.interval(of: aggregate.bestValAccuracy)
            try table.endRow()
        }
        try table.end()
    }
}

func meanAndStd(_ names: [String]) -> [String] { names.flatMap { ["\($0)_mean", "\($0)_std"] } }

func errorAndInterval(_ names: [String]) -> [String] {
    names.flatMap { ["\($0)_sem", "\($0)_ci_low", "\($0)_ci_high"] }
}

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

    fileprivate mutating func intervals(of metrics: MetricStatistics) {
        for metric in Metric.allCases {
            interval(of: metrics[metric])
        }
    }

    fileprivate mutating func interval(of statistics: SummaryStatistics?) {
        field(statistics?.interval.standardError.value)
        fields(statistics?.interval.interval.value)
    }

    /// Both ends.
    mutating func fields(_ interval: ClosedRange<Double>?) {
        field(interval?.lowerBound)
        field(interval?.upperBound)
    }
}
