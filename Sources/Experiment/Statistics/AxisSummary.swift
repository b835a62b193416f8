import Statistics

/// One row of `summary.csv`: the finished runs of all points that have one value on one axis.
public struct AxisSummary: Sendable {
    public let axis: Hyperparameter
    public let value: ParameterValue
    public let metric: FinalValue
    /// A list for each point that has a finished run, points ascending: its values by ascending seeds.
    public let strata: [[Double]]

    /// How many runs there are, over all points.
    public var n: Int { strata.map(\.count).reduce(0, +) }

    /// The mean of the middle half of the runs, and its interval. Takes about 0.08 ms for each run.
    public var interquartileMean: Estimate<InterquartileMean> { InterquartileMean.of(strata: strata) }
}

extension RecordSource {
    /// By axis in the order of the sweep, then value, then metric; each value has a row for each metric, also without a
    /// finished run.
    ///
    /// - Throws: what reading a record throws, and what `body` throws.
    public func forEachAxisSummary(_ body: (AxisSummary) throws -> Void) throws {
        let entries = try pointRuns()
        for (place, axis) in sweep.axes.enumerated() {
            let byValue = Dictionary(grouping: entries) { $0.point.values[place] }
            for (value, entries) in byValue.sorted(by: { $0.key < $1.key }) {
                let runs = entries.map(\.runs).filter { !$0.isEmpty }
                for metric in FinalValue.all {
                    let strata = runs.map { runs in runs.map { $0[metric] } }
                    try body(AxisSummary(axis: axis, value: value, metric: metric, strata: strata))
                }
            }
        }
    }
}
