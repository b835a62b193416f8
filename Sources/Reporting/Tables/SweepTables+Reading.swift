import Experiment

func readFinals(_ bytes: [UInt8]) throws(TableFault) -> ([Hyperparameter], [FinalRow]) {
    let columns = ["n"] + meanAndStd(Metric.allCases.map(\.rawValue) + [bestValAccuracyName])
    let table = try AxisTable(bytes, .final, columns: columns)
    var rows: [FinalRow] = []
    try table.forEachRow { row, point, first throws(TableFault) in
        let best = try spread(row, first + 1 + 2 * Metric.allCases.count)
        rows.append(
            FinalRow(
                point: point, n: try row.count(first), metrics: try metrics(row, first + 1), bestValAccuracy: best))
    }
    rows.sort { $0.point.lexicographicallyPrecedes($1.point) }
    return (table.axes, rows)
}

func readAggregates(
    _ bytes: [UInt8], axes: [Hyperparameter]
) throws(TableFault) -> [PointValues: [AggregateRow]] {
    let columns = ["epoch", "n"] + meanAndStd(Metric.allCases.map(\.rawValue))
    let table = try AxisTable(bytes, .aggregate, columns: columns, axes: axes)
    var rows: [PointValues: [AggregateRow]] = [:]
    try table.forEachRow { row, point, first throws(TableFault) in
        rows[point, default: []].append(
            AggregateRow(
                epoch: try row.ordinal(first), n: try row.count(first + 1), metrics: try metrics(row, first + 2)))
    }
    return rows.mapValues { $0.sorted { $0.epoch < $1.epoch } }
}

func readLastRecords(
    _ bytes: [UInt8], axes: [Hyperparameter]
) throws(TableFault) -> [PointValues: [Int: LastRecord]] {
    let columns = ["seed", "epoch"] + Metric.allCases.map(\.rawValue)
    let table = try AxisTable(bytes, .epochs, columns: columns, axes: axes)
    let accuracy = 2 + Metric.allCases.firstIndex(of: .valAccuracy)!
    var records: [PointValues: [Int: LastRecord]] = [:]
    try table.forEachRow { row, point, first throws(TableFault) in
        let (seed, epoch) = (try row.count(first), try row.ordinal(first + 1))
        let value = try row.number(first + accuracy)
        let best = max(value, records[point]?[seed]?.bestValAccuracy ?? value)
        if records[point]?[seed].map({ $0.epoch > epoch }) == true {
            records[point]![seed]!.bestValAccuracy = best
        } else {
            records[point, default: [:]][seed] = LastRecord(epoch: epoch, valAccuracy: value, bestValAccuracy: best)
        }
    }
    return records
}

func readGradientNorms(
    _ bytes: [UInt8], axes: [Hyperparameter]
) throws(TableFault) -> [PointValues: GradientNormTrace] {
    let table = try AxisTable(bytes, .gradientNorms, columns: ["seed", "step", "gradient_norm"], axes: axes)
    // The one trace that grows is kept apart: to find it anew for each of millions of rows would take most of the time.
    var traces: [PointValues: GradientNormTrace] = [:]
    var current: (point: PointValues, trace: GradientNormTrace)?
    try table.forEachRow { row, point, first throws(TableFault) in
        let seed = try row.count(first)
        if current?.point != point || seed < current!.trace.seed {
            if let current { traces[current.point] = current.trace }
            current = (point, GradientNormTrace(seed: seed))
            if let known = traces[point], known.seed <= seed { current!.trace = known }
        }
        guard current!.trace.seed == seed else { return }
        current!.trace.steps.append(try row.ordinal(first + 1))
        current!.trace.norms.append(try row.number(first + 2))
    }
    if let current { traces[current.point] = current.trace }
    return traces
}

func readLayerGradients(
    _ bytes: [UInt8], axes: [Hyperparameter]
) throws(TableFault) -> [PointValues: LayerGradientTable] {
    let table = try AxisTable(bytes, .layerGradients, columns: ["seed", "epoch", "layer", "value"], axes: axes)
    var tables: [PointValues: LayerGradientTable] = [:]
    try table.forEachRow { row, point, first throws(TableFault) in
        tables[point, default: LayerGradientTable()].add(
            try row.number(first + 3), seed: try row.count(first), epoch: try row.ordinal(first + 1),
            layer: row.text(first + 2))
    }
    return tables
}

private func metrics(_ row: CSVRow, _ first: Int) throws(TableFault) -> [Metric: Spread] {
    var spreads: [Metric: Spread] = [:]
    for (index, metric) in Metric.allCases.enumerated() { spreads[metric] = try spread(row, first + 2 * index) }
    return spreads
}

private func spread(_ row: CSVRow, _ column: Int) throws(TableFault) -> Spread? {
    guard let mean = try row.optionalNumber(column) else { return nil }
    return Spread(mean: mean, deviation: try row.number(column + 1))
}
