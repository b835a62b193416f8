/// Two points that differ in one axis, with what their seeds say of the difference.
public struct PointComparison: Sendable, Equatable {
    /// The axis in which the points differ.
    public let axis: Hyperparameter
    /// The point with the lower value on `axis`.
    public let first: Point
    public let second: Point
    /// A pair for each seed that has finished in both, ascending.
    private let runs: [Pair]

    private struct Pair: Equatable {
        let first: FinishedRun
        let second: FinishedRun
    }

    init(axis: Hyperparameter, _ first: PointRuns, _ second: PointRuns) {
        self.axis = axis
        (self.first, self.second) = (first.point, second.point)
        let seconds = Dictionary(second.runs.map { ($0.seed, $0) }) { first, _ in first }
        runs = first.runs.compactMap { run in seconds[run.seed].map { Pair(first: run, second: $0) } }
    }

    /// First − second, of a metric of the last epoch.
    public subscript(_ metric: Metric) -> PairedComparison {
        PairedComparison(differences: runs.map { $0.first.metrics[metric] - $0.second.metrics[metric] })
    }

    /// First − second, of the highest validation accuracy over the epochs.
    public var bestValAccuracy: PairedComparison {
        PairedComparison(differences: runs.map { $0.first.bestValAccuracy - $0.second.bestValAccuracy })
    }
}

/// What the finished seeds of a point have: all that is kept of a sweep to compare its points.
struct PointRuns {
    let point: Point
    /// By seed, ascending.
    let runs: [FinishedRun]
}

extension RecordSource {
    /// The pairs of `PointPairs`, in their order.
    ///
    /// - Throws: what reading a record throws, and what `body` throws.
    public func forEachComparison(_ body: (PointComparison) throws -> Void) throws {
        let entries = try tasksByPoint().map { entry in
            PointRuns(point: entry.point, runs: try entry.tasks.compactMap(finishedRun))
        }
        try PointPairs(axes: sweep.axes, points: entries.map(\.point.values)).forEach { axis, first, second in
            try body(PointComparison(axis: sweep.axes[axis], entries[first], entries[second]))
        }
    }
}
