import Experiment

func readFinals(_ source: some TableSource) throws -> ([Hyperparameter], [FinalRow]) {
    let columns = ["n"] + meanAndStd(Metric.allCases.map(\.rawValue) + [bestValAccuracyName])
    var rows: [FinalRow] = []
    let axes = try AxisTable(file: .final, columns: columns).forEachRow(of: source) {
        row, point, first throws(TableFault) in
        let best = try spread(row, first + 1 + 2 * Metric.allCases.count)
        rows.append(
            FinalRow(
                point: point, n: try row.count(first), metrics: try metrics(row, first + 1), bestValAccuracy: best))
    }
    rows.sort { $0.point.lexicographicallyPrecedes($1.point) }
    return (try present(axes, .final), rows)
}

func readAggregates(
    _ source: some TableSource, axes: [Hyperparameter], of points: Set<PointValues>
) throws -> [PointValues: [AggregateRow]] {
    let columns = ["epoch", "n"] + meanAndStd(Metric.allCases.map(\.rawValue))
    var rows: [PointValues: [AggregateRow]] = [:]
    let table = AxisTable(file: .aggregate, columns: columns)
    let found = try table.forEachRow(of: source, axes: axes, where: points.contains) {
        row, point, first throws(TableFault) in
        rows[point, default: []].append(
            AggregateRow(
                epoch: try row.ordinal(first), n: try row.count(first + 1), metrics: try metrics(row, first + 2)))
    }
    _ = try present(found, .aggregate)
    return rows.mapValues { $0.sorted { $0.epoch < $1.epoch } }
}

/// The last records of `points`, and the seeds of all.
func readLastRecords(
    _ source: some TableSource, axes: [Hyperparameter], of points: Set<PointValues>
) throws -> ([PointValues: [Int: LastRecord]], seeds: Set<Int>) {
    let columns = ["seed", "epoch"] + Metric.allCases.map(\.rawValue)
    let accuracy = 2 + Metric.allCases.firstIndex(of: .valAccuracy)!
    var records: [PointValues: [Int: LastRecord]] = [:]
    var seeds: Set<Int> = []
    let found = try AxisTable(file: .epochs, columns: columns).forEachRow(of: source, axes: axes) {
        row, point, first throws(TableFault) in
        let (seed, epoch) = (try row.count(first), try row.ordinal(first + 1))
        let value = try row.number(first + accuracy)
        seeds.insert(seed)
        guard points.contains(point), records[point]?[seed].map({ $0.epoch > epoch }) != true else { return }
        records[point, default: [:]][seed] = LastRecord(epoch: epoch, valAccuracy: value)
    }
    _ = try present(found, .epochs)
    return (records, seeds)
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
