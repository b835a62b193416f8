import Experiment

// The runs themselves: the validation accuracy of every seed by epoch as a thin line, the mean on top.

extension SweepTables {
    /// More lines of one colour would be a surface.
    private static let runLimit = 200

    func runsFigures(_ layout: FigureLayout, name: String) -> [Figure] {
        layout.shownGroups.map { runsFigure($0, layout, name: name + $0.suffix) }
    }

    private func runsFigure(_ group: FigureLayout.Group, _ layout: FigureLayout, name: String) -> Figure {
        let lines = zip(layout.series, group.points).compactMap { series, point in
            point.flatMap { point in
                curves[point].map { RunLines(series: series, $0, aggregates[point] ?? [], limit: Self.runLimit) }
            }
        }
        let drawn = lines.filter { !$0.runs.isEmpty }
        let title = joined(
            ["Validation accuracy (%), every run", group.title, countLabel(drawn.map(\.count))], by: ", ")
        let missing = unshown(lines.reduce(0) { $0 + $1.unshownCount }, "value")
        guard !drawn.isEmpty else {
            return .message(missing.isEmpty ? ["No epoch is stored yet."] : [missing], name: name, title: title)
        }
        let epochs = ValueAxis(drawn.flatMap { $0.runs.joined().map(\.0) }, .counted)
        let values = ValueAxis(drawn.flatMap { $0.runs.joined().map(\.1) + $0.means.map(\.1) })
        var frame = FigureFrame(
            title: title, xLabel: "epoch", yLabel: Metric.valAccuracy.title.lowercased(),
            yTics: values.tics.map(\.label), keys: drawn.map(\.label))
        frame.xTics = epochs.labels(in: frame.plotWidth)
        frame.note = joined(
            [
                drawn.contains { $0.count > 1 }
                    ? "thin: each seed; bold: the mean of the seeds that have reached the epoch"
                    : "one seed: no mean to show",
                completeness(of: group.points.compactMap(\.self)), cut(drawn), missing,
            ], by: "; ")
        var script = GnuplotScript()
        frame.open(&script)
        script.setX(epochs, frame)
        script.setY(values)
        func placed(_ points: [(Double, Double)]) -> [[Double]] {
            points.map { [epochs.place($0.0), values.place($0.1)] }
        }
        for (index, line) in drawn.enumerated() {
            script.data("runs\(index)", line.runs.flatMap { placed($0) + [nil] })
            script.data("mean\(index)", placed(line.means))
        }
        script.plot(
            drawn.enumerated().map { $1.runLayer(block: "$runs\($0)") }
                + drawn.enumerated().map { $1.meanLayer(block: "$mean\($0)") })
        return Figure(name: name, title: title, frame, script: script)
    }

    private func cut(_ lines: [RunLines]) -> String {
        let most = lines.map(\.count).max() ?? 0
        return most > Self.runLimit ? "the first \(Self.runLimit) of \(counted(most, "seed"))" : ""
    }
}

/// One series of the figure.
private struct RunLines {
    let series: FigureLayout.Series
    /// Epoch and value of each seed that is shown, ascending.
    let runs: [[(Double, Double)]]
    let means: [(Double, Double)]
    /// How many seeds there are.
    let count: Int
    /// Values that are no finite numbers.
    let unshownCount: Int

    init(series: FigureLayout.Series, _ curves: [Int: [RunPoint]], _ rows: [AggregateRow], limit: Int) {
        self.series = series
        count = curves.count
        let shown = curves.sorted { $0.key < $1.key }.prefix(limit).map { $0.value.sorted { $0.epoch < $1.epoch } }
        runs = shown.map { run in
            run.filter(\.valAccuracy.isFinite).map { (Double($0.epoch), $0.valAccuracy) }
        }.filter { !$0.isEmpty }
        means = rows.compactMap { row in
            row.metrics[.valAccuracy].flatMap { $0.mean.isFinite ? (Double(row.epoch), $0.mean) : nil }
        }
        unshownCount = shown.joined().count { !$0.valAccuracy.isFinite }
    }

    var label: String { "\(series.label) (\(countLabel([count])))" }

    /// A line of one epoch would not be seen: where a run has no more, each epoch has a dot.
    func runLayer(block: String) -> String {
        let dots = runs.contains { $0.count == 1 } ? "linespoints pt 7 ps 0.3" : "lines"
        return "\(block) with \(dots) lw 0.8 lc rgb '#80\(series.style.color.dropFirst())' notitle"
    }

    func meanLayer(block: String) -> String {
        let interval = max(1, means.count / 15)
        return "\(block) using 1:2 with linespoints \(series.style.points) ps 0.8 pi \(interval) lw 2.5 "
            + "title \(GnuplotScript.quoted(label))"
    }
}
