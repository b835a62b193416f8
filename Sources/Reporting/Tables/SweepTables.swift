import Experiment

/// What the figures show, as it stands in the tables of a sweep: the tables are all that they are made of, so the same
/// files give the same figures, wherever they lie.
///
/// Of each point its row of `final.csv` is kept, and more only of those that the figures show.
public struct SweepTables: Sendable {
    let axes: [Hyperparameter]
    /// `final.csv` has every point, also those without a record. Ascending.
    let finals: [FinalRow]
    /// Places in `finals`.
    private let places: [PointValues: Int]
    /// Which points share a figure, and which have one.
    let layout: FigureLayout
    /// By epoch, ascending; of the points that are shown, as all that follows.
    let aggregates: [PointValues: [AggregateRow]]
    /// The last record of each seed.
    let lastRecords: [PointValues: [Int: LastRecord]]
    /// The validation accuracy of each seed, in the order of the table.
    let curves: [PointValues: [Int: [RunPoint]]]
    /// Of all points.
    let seeds: Set<Int>
    /// `nil` where the sweep captures no gradients.
    let gradientNorms: [PointValues: GradientNormTrace]?
    let layerGradients: [PointValues: LayerGradientTable]?
    /// Of the points that are compared along the axis of the series; `nil` where there is no such table.
    let agreements: [PointPair: SeedAgreements]?

    /// - Throws: `TableFault`, and what `source` throws.
    public init(_ source: some TableSource) throws {
        let (axes, finals) = try readFinals(source)
        self.axes = axes
        self.finals = finals
        // The first row of a point that has two.
        places = Dictionary(zip(finals.map(\.point), 0...)) { first, _ in first }
        let layout = FigureLayout(axes: axes, points: finals.map(\.point))
        self.layout = layout
        let shown = layout.shownPoints
        aggregates = try readAggregates(source, axes: axes, of: shown)
        let runs = try readRuns(source, axes: axes, of: shown)
        (lastRecords, curves, seeds) = (runs.last, runs.curves, runs.seeds)
        gradientNorms = try readGradientNorms(source, axes: axes, of: shown)
        layerGradients = try readLayerGradients(source, axes: axes, of: shown)
        agreements = try readAgreements(source, axes: axes, along: layout.seriesAxis, of: shown)
    }

    func final(of point: PointValues) -> FinalRow? { places[point].map { finals[$0] } }
}

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

/// The gradient norms of the first seed of a point, the lowest of those that have any.
struct GradientNormTrace: Sendable {
    static let rollingWindow = 20

    let seed: Int
    private(set) var norms = ThinnedCurve()
    /// The mean of each `rollingWindow` norms in a row, at the last one's step.
    private(set) var means = ThinnedCurve()
    private(set) var lastStep = 0
    private var window = RollingMean(window: rollingWindow)

    init(seed: Int) {
        self.seed = seed
    }

    mutating func add(_ norm: Double, step: Int) {
        lastStep = max(lastStep, step)
        norms.add(norm, at: step)
        if let mean = window.next(norm) { means.add(mean, at: step) }
    }
}

/// The sampled gradients of a point, of all its seeds together.
struct LayerGradientTable: Sendable {
    /// Of an epoch and layer: 20 seeds. More would not change what a violin looks like, and no table is too long then.
    static let sampleLimit = 10_000

    private(set) var seeds: Set<Int> = []
    /// In the order of the table, which is the order of the network.
    private(set) var layers: [String] = []
    private(set) var values: [Int: [String: [Double]]] = [:]
    /// Whether there were more values than are kept.
    private(set) var isCut = false

    mutating func add(_ value: Double, seed: Int, epoch: Int, layer: String) {
        guard values[epoch]?[layer]?.count ?? 0 < Self.sampleLimit else { return isCut = true }
        seeds.insert(seed)
        if !layers.contains(layer) { layers.append(layer) }
        values[epoch, default: [:]][layer, default: []].append(value)
    }
}
