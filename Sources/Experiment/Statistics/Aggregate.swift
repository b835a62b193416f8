/// The statistics of the four metrics over some seeds of one point.
public struct MetricStatistics: Sendable, Hashable {
    /// How many seeds contribute; may be 0.
    public let n: Int
    /// In the order of the metrics; empty where no seed contributes.
    private let statistics: [SummaryStatistics]

    /// `metrics` in ascending order of their seeds.
    public init(_ metrics: [EpochMetrics]) {
        n = metrics.count
        statistics = Metric.allCases.compactMap { metric in SummaryStatistics(metrics.map { $0[metric] }) }
    }

    /// `nil` where no seed contributes.
    public subscript(_ metric: Metric) -> SummaryStatistics? {
        statistics.isEmpty ? nil : statistics[Metric.allCases.firstIndex(of: metric)!]
    }
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
    /// The statistics of each seed's highest validation accuracy; `nil` where no seed has finished.
    public let bestValAccuracy: SummaryStatistics?

    /// `runs` in ascending order of their seeds.
    public init(point: Point, _ runs: [FinishedRun]) {
        self.point = point
        metrics = MetricStatistics(runs.map(\.metrics))
        bestValAccuracy = SummaryStatistics(runs.map(\.bestValAccuracy))
    }
}

/// What the tables say of a task that has reached its last epoch.
public struct FinishedRun: Sendable, Equatable {
    public let seed: Int
    /// The metrics of the last epoch.
    public let metrics: EpochMetrics
    /// The highest over the epochs.
    public let bestValAccuracy: Double
}

extension RecordSource {
    /// By point, then epoch; no row for an epoch that no seed has reached.
    ///
    /// - Throws: what reading a record throws, and what `body` throws.
    public func forEachAggregate(_ body: (Aggregate) throws -> Void) throws {
        for entry in tasksByPoint() {
            var reader = EpochReader(entry.tasks)
            while let epochs = try reader.next(of: self) {
                for (epoch, metrics) in epochs {
                    try body(Aggregate(point: entry.point, epoch: epoch, metrics: MetricStatistics(metrics)))
                }
            }
        }
    }

    /// By point; each has a row, with n = 0 where no seed has finished.
    ///
    /// - Throws: what reading a record throws, and what `body` throws.
    public func forEachFinalAggregate(_ body: (FinalAggregate) throws -> Void) throws {
        for entry in tasksByPoint() {
            try body(FinalAggregate(point: entry.point, try entry.tasks.compactMap(finishedRun)))
        }
    }

    /// `nil` while the task is not finished.
    ///
    /// - Throws: what reading a record throws.
    public func finishedRun(of task: SweepTask) throws -> FinishedRun? {
        var last: EpochRecord?
        var best: Double?
        try forEachRecord(of: task) { record in
            last = record
            let accuracy = record.metrics.valAccuracy
            if best.map({ $0 < accuracy }) ?? true { best = accuracy }
        }
        guard let last, let best, last.epoch == task.parameters.epochs else { return nil }
        return FinishedRun(seed: task.parameters.seed, metrics: last.metrics, bestValAccuracy: best)
    }
}

/// Reads the tasks of a point side by side, some epochs at a time: what it holds is bounded by the number of seeds,
/// however many epochs there are.
private struct EpochReader {
    /// About so many records are held at a time.
    private static let recordLimit = 65_536

    private let tasks: [SweepTask]
    private let limit: Int
    /// `nil` when all is read.
    private var start: Int? = 1

    /// `tasks` in ascending order of their seeds.
    init(_ tasks: [SweepTask]) {
        self.tasks = tasks
        limit = max(16, Self.recordLimit / max(1, tasks.count))
    }

    /// Some more epochs in their order, each with the metrics of the seeds that have reached it; `nil` at the end.
    mutating func next(of source: some RecordSource) throws -> [(epoch: Int, metrics: [EpochMetrics])]? {
        guard let start else { return nil }
        var byEpoch: [Int: [EpochMetrics]] = [:]
        // A task may have more records, and those behind its last one are not known yet.
        var complete = Int.max
        for task in tasks {
            var (count, last) = (0, 0)
            try source.forEachRecord(of: task, from: start, limit: limit, gradients: false) { record in
                byEpoch[record.epoch, default: []].append(record.metrics)
                (count, last) = (count + 1, record.epoch)
            }
            if count == limit { complete = min(complete, last) }
        }
        self.start = complete == .max ? nil : complete + 1
        return byEpoch.keys.sorted().prefix { $0 <= complete }.map { ($0, byEpoch[$0]!) }
    }
}
