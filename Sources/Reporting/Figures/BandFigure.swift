import Experiment

// A metric by epoch: the mean over the seeds, in a band of one standard deviation to each side.

extension SweepTables {
    func bandFigure(
        of metric: Metric, _ group: FigureLayout.Group, _ layout: FigureLayout, name: String
    ) -> Figure {
        let lines = zip(layout.series, group.points).compactMap { series, point in
            point.flatMap { aggregates[$0] }.map { BandLine(series: series, rows: $0, metric: metric) }
        }.filter { !$0.data.isEmpty }
        let counts = lines.flatMap { $0.rows.map(\.n) }
        let title = joined([metric.title, group.title, countLabel(counts)], by: ", ")
        guard !lines.isEmpty else {
            return .message(["No epoch is stored yet."], name: name, title: title)
        }
        let meaning =
            counts.max() == 1 ? "one seed: no standard deviation to show" : "mean ± standard deviation over the seeds"
        let frame = FigureFrame(
            title: title, note: joined([meaning, completeness(of: group.points.compactMap(\.self))], by: "; "),
            xLabel: "epoch", yLabel: metric.title.lowercased())
        var script = GnuplotScript()
        frame.open(&script)
        setEpochs(lines.flatMap { $0.rows.map(\.epoch) }, &script)
        for (index, line) in lines.enumerated() { script.data("line\(index)", line.data) }
        script.plot(
            lines.enumerated().map { $1.band(block: "$line\($0)") }
                + lines.enumerated().map { $1.mean(block: "$line\($0)") })
        return Figure(name: name, title: title, script: script)
    }
}

/// An axis of whole epochs, with room for the marks at both ends.
private func setEpochs(_ epochs: [Int], _ script: inout GnuplotScript) {
    let (first, last) = (epochs.min()!, epochs.max()!)
    let room = max(0.25, 0.02 * Double(last - first))
    script.command("set xrange [\(shortestText(Double(first) - room)):\(shortestText(Double(last) + room))]")
    if last - first <= 20 { script.command("set xtics \(first),1") }
}

private struct BandLine {
    let series: FigureLayout.Series
    let rows: [AggregateRow]
    let metric: Metric

    /// epoch, mean, lower and upper end of the band.
    var data: [[Double]] {
        rows.compactMap { row in
            guard let spread = row.metrics[metric], spread.mean.isFinite else { return nil }
            return [
                Double(row.epoch), spread.mean, spread.mean - spread.deviation, spread.mean + spread.deviation,
            ]
        }
    }

    func band(block: String) -> String {
        // A band of one epoch has no area.
        rows.count == 1
            ? "\(block) using 1:2:3:4 with yerrorbars lw 1.5 lc rgb '\(series.style.color)' pt 0 notitle"
            : "\(block) using 1:3:4 with filledcurves lc rgb '\(series.style.color)' notitle"
    }

    func mean(block: String) -> String {
        let counts = countLabel(rows.map(\.n))
        let interval = max(1, rows.count / 15)
        return "\(block) using 1:2 with linespoints \(series.style.points) ps 0.8 pi \(interval) lw 2 "
            + "title \(GnuplotScript.quoted("\(series.label) (\(counts))"))"
    }
}
