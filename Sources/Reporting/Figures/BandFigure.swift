import Experiment

// A metric by epoch: the mean over the seeds, in a band of one standard deviation to each side.

extension SweepTables {
    func bandFigure(
        of metric: Metric, _ group: FigureLayout.Group, _ layout: FigureLayout, name: String
    ) -> Figure {
        let lines = zip(layout.series, group.points).compactMap { series, point in
            point.flatMap { aggregates[$0] }.map { BandLine(series: series, rows: $0, metric: metric) }
        }
        let drawn = lines.filter { !$0.points.isEmpty }
        let counts = drawn.flatMap { $0.rows.map(\.n) }
        let title = joined([metric.title, group.title, countLabel(counts)], by: ", ")
        let missing = unshown(lines.reduce(0) { $0 + $1.unshownCount }, "value")
        guard !drawn.isEmpty else {
            return .message(missing.isEmpty ? ["No epoch is stored yet."] : [missing], name: name, title: title)
        }
        let meaning = SpreadWords.note(of: counts)
        let epochs = ValueAxis(drawn.flatMap { $0.points.map(\.epoch) }, .counted)
        let values = ValueAxis(drawn.flatMap { $0.points.flatMap { [$0.mean, $0.low, $0.high] } })
        var frame = FigureFrame(
            title: title,
            note: joined([meaning, completeness(of: group.points.compactMap(\.self)), missing], by: "; "),
            xLabel: "epoch", yLabel: SpreadWords.label(of: metric, counts), yTics: values.tics.map(\.label),
            keys: drawn.map(\.label))
        frame.xTics = epochs.labels(in: frame.plotWidth)
        var script = GnuplotScript()
        frame.open(&script)
        script.setX(epochs, frame)
        script.setY(values)
        for (index, line) in drawn.enumerated() { script.data("line\(index)", line.data(on: epochs, values)) }
        script.plot(
            drawn.enumerated().map { $1.band(block: "$line\($0)") }
                + drawn.enumerated().map { $1.mean(block: "$line\($0)") })
        return Figure(name: name, title: title, frame, script: script)
    }
}

private struct BandLine {
    struct Point {
        let epoch: Double
        let mean: Double
        let deviation: Double

        /// The band; where it has no end that is a number, there is none.
        var low: Double { (mean - deviation).isFinite ? mean - deviation : mean }
        var high: Double { (mean + deviation).isFinite ? mean + deviation : mean }
    }

    let series: FigureLayout.Series
    let rows: [AggregateRow]
    let points: [Point]
    /// Means and standard deviations that are no finite numbers.
    let unshownCount: Int

    init(series: FigureLayout.Series, rows: [AggregateRow], metric: Metric) {
        self.series = series
        self.rows = rows
        let spreads = rows.compactMap { row in row.metrics[metric].map { (row, $0) } }
        points = spreads.filter { $1.mean.isFinite }.map { row, spread in
            Point(epoch: Double(row.epoch), mean: spread.mean, deviation: spread.deviation)
        }
        unshownCount = spreads.count { !$1.mean.isFinite || !$1.deviation.isFinite }
    }

    /// epoch, mean, lower and upper end of the band.
    func data(on epochs: ValueAxis, _ values: ValueAxis) -> [[Double]] {
        points.map { point in
            [epochs.place(point.epoch)] + [point.mean, point.low, point.high].map(values.place)
        }
    }

    func band(block: String) -> String {
        // A band of one epoch has no area.
        points.count == 1
            ? "\(block) using 1:2:3:4 with yerrorbars lw 1.5 lc rgb '\(series.style.color)' pt 0 notitle"
            : "\(block) using 1:3:4 with filledcurves lc rgb '\(series.style.color)' notitle"
    }

    var label: String { "\(series.label) (\(countLabel(rows.map(\.n))))" }

    func mean(block: String) -> String {
        let interval = max(1, points.count / 15)
        return "\(block) using 1:2 with linespoints \(series.style.points) ps 0.8 pi \(interval) lw 2 "
            + "title \(GnuplotScript.quoted(label))"
    }
}
