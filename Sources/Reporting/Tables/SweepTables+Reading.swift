import Experiment

func readFinals(_ source: some TableSource) throws -> ([Hyperparameter], [FinalRow]) {
    let names = Metric.allCases.map(\.rawValue) + [bestValAccuracyName]
    let table = AxisTable(file: .final, columns: ["n"] + meanAndStd(names), laterColumns: errorAndInterval(names))
    let accuracyPlace = Metric.allCases.firstIndex(of: .valAccuracy)!
    var rows: [FinalRow] = []
    let axes = try table.forEachRow(of: source) { row, point, first throws(TableFault) in
        let best = try spread(row, first + 1 + 2 * Metric.allCases.count)
        let later = first + table.columns.count
        let interval = later < row.fields.count ? try interval(row, later + 3 * accuracyPlace + 1) : nil
        rows.append(
            FinalRow(
                point: point, n: try row.count(first), metrics: try metrics(row, first + 1), bestValAccuracy: best,
                valAccuracyInterval: interval))
    }
    rows.sort { $0.point.lexicographicallyPrecedes($1.point) }
    return (try present(axes, .final), rows)
}

func readAggregates(
    _ source: some TableSource, axes: [Hyperparameter], of points: Set<PointValues>
) throws -> [PointValues: [AggregateRow]] {
    let names = Metric.allCases.map(\.rawValue)
    var rows: [PointValues: [AggregateRow]] = [:]
    let table = AxisTable(
        file: .aggregate, columns: ["epoch", "n"] + meanAndStd(names), laterColumns: errorAndInterval(names))
    let found = try table.forEachRow(of: source, axes: axes, where: points.contains) {
        row, point, first throws(TableFault) in
        rows[point, default: []].append(
            AggregateRow(
                epoch: try row.ordinal(first), n: try row.count(first + 1), metrics: try metrics(row, first + 2)))
    }
    _ = try present(found, .aggregate)
    return rows.mapValues { $0.sorted { $0.epoch < $1.epoch } }
}

/// What `epochs.csv` has of the runs.
struct RunTable {
    /// Of the points that are shown, as `curves`.
    fileprivate(set) var last: [PointValues: [Int: LastRecord]] = [:]
    fileprivate(set) var curves: [PointValues: [Int: [RunPoint]]] = [:]
    /// Of all points.
    fileprivate(set) var seeds: Set<Int> = []

    fileprivate mutating func add(_ value: Double, seed: Int, epoch: Int, of point: PointValues) {
        curves[point, default: [:]][seed, default: []].append(RunPoint(epoch: epoch, valAccuracy: value))
        guard last[point]?[seed].map({ $0.epoch > epoch }) != true else { return }
        last[point, default: [:]][seed] = LastRecord(epoch: epoch, valAccuracy: value)
    }
}

func readRuns(_ source: some TableSource, axes: [Hyperparameter], of points: Set<PointValues>) throws -> RunTable {
    let columns = ["seed", "epoch"] + Metric.allCases.map(\.rawValue)
    let accuracy = 2 + Metric.allCases.firstIndex(of: .valAccuracy)!
    var runs = RunTable()
    let found = try AxisTable(file: .epochs, columns: columns).forEachRow(of: source, axes: axes) {
        row, point, first throws(TableFault) in
        let (seed, epoch) = (try row.count(first), try row.ordinal(first + 1))
        let value = try row.number(first + accuracy)
        runs.seeds.insert(seed)
        if points.contains(point) { runs.add(value, seed: seed, epoch: epoch, of: point) }
    }
    _ = try present(found, .epochs)
    return runs
}

func readGradientNorms(
    _ source: some TableSource, axes: [Hyperparameter], of points: Set<PointValues>
) throws -> [PointValues: GradientNormTrace]? {
    // The one trace that grows is kept apart: to find it anew for each of millions of rows would take most of the time.
    var traces: [PointValues: GradientNormTrace] = [:]
    var current: (point: PointValues, trace: GradientNormTrace)?
    let table = AxisTable(file: .gradientNorms, columns: ["seed", "step", "gradient_norm"])
    let found = try table.forEachRow(of: source, axes: axes, where: points.contains) {
        row, point, first throws(TableFault) in
        let seed = try row.count(first)
        if current?.point != point || seed < current!.trace.seed {
            if let current { traces[current.point] = current.trace }
            current = (point, GradientNormTrace(seed: seed))
            if let known = traces[point], known.seed <= seed { current!.trace = known }
        }
        guard current!.trace.seed == seed else { return }
        current!.trace.add(try row.number(first + 2), step: try row.ordinal(first + 1))
    }
    if let current { traces[current.point] = current.trace }
    return found == nil ? nil : traces
}

func readLayerGradients(
    _ source: some TableSource, axes: [Hyperparameter], of points: Set<PointValues>
) throws -> [PointValues: LayerGradientTable]? {
    var tables: [PointValues: LayerGradientTable] = [:]
    let table = AxisTable(file: .layerGradients, columns: ["seed", "epoch", "layer", "value"])
    let found = try table.forEachRow(of: source, axes: axes, where: points.contains) {
        row, point, first throws(TableFault) in
        tables[point, default: LayerGradientTable()].add(
            try row.number(first + 3), seed: try row.count(first), epoch: try row.ordinal(first + 1),
            layer: row.foreign(first + 2))
    }
    return found == nil ? nil : tables
}

/// - Throws: where the figures cannot do without a table.
private func present(_ axes: [Hyperparameter]?, _ file: ReportFile) throws(TableFault) -> [Hyperparameter] {
    guard let axes else {
        throw TableFault("missing; sweep export writes the tables of a run directory", file: file.rawValue)
    }
    return axes
}

private func metrics(_ row: CSVRow, _ first: Int) throws(TableFault) -> MetricSpreads {
    var spreads: [Spread?] = []
    for index in Metric.allCases.indices { spreads.append(try spread(row, first + 2 * index)) }
    return MetricSpreads(spreads)
}

private func spread(_ row: CSVRow, _ column: Int) throws(TableFault) -> Spread? {
    guard let mean = try row.optionalNumber(column) else { return nil }
    return Spread(mean: mean, deviation: try row.number(column + 1))
}

/// `nil` where one of its ends is not there.
private func interval(_ row: CSVRow, _ column: Int) throws(TableFault) -> ClosedRange<Double>? {
    guard let low = try row.optionalNumber(column), let high = try row.optionalNumber(column + 1), low <= high else {
        return nil
    }
    return low...high
}
