/// The statistics of the four metrics over some seeds of one point.
public struct MetricStatistics: Sendable, Hashable {
    /// How many seeds contribute; may be 0.
    public let n: Int
    private let byMetric: [Metric: SummaryStatistics]

    /// `metrics` in ascending order of their seeds.
    public init(_ metrics: [EpochMetrics]) {
        n = metrics.count
        let statistics = Metric.allCases.compactMap { metric in
            SummaryStatistics(metrics.map { $0[metric] }).map { (metric, $0) }
        }
        byMetric = Dictionary(uniqueKeysWithValues: statistics)
    }

    /// `nil` where no seed contributes.
    public subscript(_ metric: Metric) -> SummaryStatistics? { byMetric[metric] }
}

/// One row of `aggregate.csv`: a point at one epoch, over the seeds that have reached it.
public struct Aggregate: Sendable, Hashable {
    public let point: Point
    /// Counts from 1.
    public let epoch: Int
    public let metrics: MetricStatistics
}

/// One row of `final.csv`: a point at its last epoch, over the seeds that have finished.
public struct FinalAggregate: Sendable, Hashable {
    public let point: Point
    public let metrics: MetricStatistics
    /// Of each seed's highest validation accuracy; `nil` where no seed has finished.
    public let bestValAccuracy: SummaryStatistics?
}

extension SweepResults {
    /// By point, then epoch; no row for an epoch that no seed has reached.
    public func aggregates() -> [Aggregate] {
        pointRuns().flatMap { entry in
            let byEpoch = Dictionary(grouping: entry.runs.flatMap(\.records), by: \.epoch)
            return byEpoch.keys.sorted().map { epoch in
                let metrics = byEpoch[epoch, default: []].map(\.metrics)
                return Aggregate(point: entry.point, epoch: epoch, metrics: MetricStatistics(metrics))
            }
        }
    }

    /// By point; each has a row, with n = 0 where no seed has finished.
    public func finalAggregates() -> [FinalAggregate] {
        pointRuns().map { entry in
            FinalAggregate(
                point: entry.point, metrics: MetricStatistics(entry.runs.compactMap(\.finalRecord?.metrics)),
                bestValAccuracy: SummaryStatistics(entry.runs.compactMap(\.bestValAccuracy)))
        }
    }
}
