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
