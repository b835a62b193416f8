import Statistics

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

    /// What the seeds gave in both points.
    public func sample(of value: FinalValue) -> PairedSample {
        PairedSample(first: runs.map { $0.first[value] }, second: runs.map { $0.second[value] })
    }

    /// First − second, of a metric of the last epoch.
    public subscript(_ metric: Metric) -> PairedComparison { self[.last(metric)] }

    /// First − second.
    public subscript(_ value: FinalValue) -> PairedComparison {
        PairedComparison(differences: sample(of: value).differences)
    }

    /// First − second, of the highest validation accuracy over the epochs.
    public var bestValAccuracy: PairedComparison { self[.bestValAccuracy] }
}

/// The comparisons of all points that differ in one axis only: the family of a correction for many tests. Each is made
/// when it is asked for, since there may be hundreds of thousands.
public struct AxisComparisons {
    public let axis: Hyperparameter
    private let pairs: [(first: Int, second: Int)]
    private let points: [PointRuns]

    init(axis: Hyperparameter, pairs: [(first: Int, second: Int)], of points: [PointRuns]) {
        (self.axis, self.pairs, self.points) = (axis, pairs, points)
    }

    /// In the order of `PointPairs`.
    public func forEach(_ body: (PointComparison) throws -> Void) rethrows {
        for pair in pairs { try body(PointComparison(axis: axis, points[pair.first], points[pair.second])) }
    }
}

/// What the finished seeds of a point have: all that is kept of a sweep to compare its points.
struct PointRuns {
    let point: Point
    /// By seed, ascending.
    let runs: [FinishedRun]
}

extension RecordSource {
    /// The finished runs of every point, points ascending.
    ///
    /// - Throws: what reading a record throws.
    func pointRuns() throws -> [PointRuns] {
        try tasksByPoint().map { PointRuns(point: $0.point, runs: try $0.tasks.compactMap(finishedRun)) }
    }

    /// The pairs of `PointPairs`, axis by axis; none for an axis without pairs.
    ///
    /// - Throws: what reading a record throws, and what `body` throws.
    public func forEachComparedAxis(_ body: (AxisComparisons) throws -> Void) throws {
        let entries = try pointRuns()
        let pairs = PointPairs(axes: sweep.axes, points: entries.map(\.point.values))
        for (place, axis) in sweep.axes.enumerated() {
            try body(AxisComparisons(axis: axis, pairs: pairs.pairs(along: place), of: entries))
        }
    }

    /// The pairs of `PointPairs`, in their order.
    ///
    /// - Throws: what reading a record throws, and what `body` throws.
    public func forEachComparison(_ body: (PointComparison) throws -> Void) throws {
        try forEachComparedAxis { try $0.forEach(body) }
    }
}
