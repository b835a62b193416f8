/// A row of `final.csv`.
struct FinalRow: Sendable {
    let point: PointValues
    /// How many seeds have finished.
    let n: Int
    /// Of the last epoch.
    let metrics: MetricSpreads
    let bestValAccuracy: Spread?
    /// Student's 95 % interval of the last epoch's; `nil` where the table has none.
    let valAccuracyInterval: ClosedRange<Double>?
}

/// A row of `aggregate.csv`, without its point.
struct AggregateRow: Sendable {
    let epoch: Int
    let n: Int
    let metrics: MetricSpreads
}
