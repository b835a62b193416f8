import Experiment

/// A mean with its standard deviation, which divides by n.
struct Spread: Sendable, Equatable {
    let mean: Double
    let deviation: Double
}

/// The spreads of the metrics, each `nil` where no seed contributes.
struct MetricSpreads: Sendable {
    /// In the order of the metrics.
    private let spreads: [Spread?]

    init(_ spreads: [Spread?]) {
        precondition(spreads.count == Metric.allCases.count, "\(spreads.count) spreads")
        self.spreads = spreads
    }

    subscript(_ metric: Metric) -> Spread? { spreads[Metric.allCases.firstIndex(of: metric)!] }
}
