/// A point of a run's curve, from `epochs.csv`.
struct RunPoint: Sendable {
    let epoch: Int
    let valAccuracy: Double
}

/// From `epochs.csv`.
struct LastRecord: Sendable {
    var epoch: Int
    var valAccuracy: Double
}
