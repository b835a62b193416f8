import Experiment

// The validation accuracy of the last epoch against an axis of numbers: the batch size, where it is one.

extension SweepTables {
    func finalAccuracyFigures(_ layout: FigureLayout, name: String) -> [Figure] {
        let title = "Final validation accuracy (%)"
        guard let grid = AccuracyGrid(layout) else {
            let line = "No axis of numbers, such as batch_size, beside \(layout.seriesAxis?.rawValue ?? "the seed")."
            return [.message([line], name: name, title: title)]
        }
        return grid.families.prefix(FigureLayout.groupLimit).map { family in
            finalAccuracyFigure(family, grid, title: title, name: name + family.suffix)
        }
    }

    /// How many figures there would be without a limit.
    func finalAccuracyFamilyCount(_ layout: FigureLayout) -> Int { AccuracyGrid(layout)?.families.count ?? 0 }

    private func finalAccuracyFigure(
        _ family: AccuracyGrid.Family, _ grid: AccuracyGrid, title: String, name: String
    ) -> Figure {
        let lines = family.lines.map { line in
            AccuracyLine(series: line.series, line.points.compactMap { x, point in final(of: point).map { (x, $0) } })
        }
        let counts = lines.flatMap(\.counts)
        let title = joined(["\(title) by \(grid.axis.title)", family.title, countLabel(counts)], by: ", ")
        let missing = unshown(lines.reduce(0) { $0 + $1.unshownCount }, "value")
        let drawn = lines.filter { !$0.points.isEmpty }
        guard !drawn.isEmpty else {
            return .message(
                missing.isEmpty ? ["No training has finished yet."] : [missing], name: name, title: title)
        }
        let meaning = SpreadWords.note(of: counts)
        let done = completeness(of: family.lines.flatMap { $0.points.map(\.point) })
        let values = ValueAxis(drawn.flatMap { $0.points.flatMap { [$0.low, $0.mean, $0.high] } })
        var frame = FigureFrame(
            title: title, xLabel: grid.axis.title,
            yLabel: SpreadWords.label(of: .valAccuracy, counts), yTics: values.tics.map(\.label),
            keys: drawn.map(\.label))
        let scale = NumberScale(
            drawn.flatMap { $0.points.map(\.x) }, base: grid.axis == .batchSize ? 2 : 10)
        let labels = scale.labels(in: frame.plotWidth)
        frame.xTics = labels.labels
        frame.note = joined([meaning, done, missing, roundedNote(labels.areRounded)], by: "; ")
        var script = GnuplotScript()
        frame.open(&script)
        scale.set(&script, frame)
        script.setY(values)
        var layers: [String] = []
        for (index, line) in drawn.enumerated() {
            script.data(
                "final\(index)",
                line.points.map { point in
                    [scale.aside(point.x, series: index, of: drawn.count)]
                        + [point.mean, point.low, point.high].map(values.place)
                })
            layers += line.layers(block: "$final\(index)")
        }
        script.plot(layers)
        return Figure(name: name, title: title, frame, script: script)
    }
}

private struct AccuracyLine {
    /// More marks than these would be a black bar.
    private static let markLimit = 60

    struct Point {
        let x: Double
        let mean: Double
        let low: Double
        let high: Double
    }

    let series: FigureLayout.Series
    let points: [Point]
    let counts: [Int]
    /// Means and standard deviations that are no finite numbers.
    let unshownCount: Int

    init(series: FigureLayout.Series, _ rows: [(Double, FinalRow)]) {
        self.series = series
        counts = rows.map(\.1.n)
        let spreads = rows.compactMap { x, row in row.metrics[.valAccuracy].map { (x, $0) } }
        points = spreads.filter { $1.mean.isFinite }.map { x, spread in
            let ends = [spread.mean - spread.deviation, spread.mean + spread.deviation]
            let isFinite = ends.allSatisfy(\.isFinite)
            return Point(
                x: x, mean: spread.mean, low: isFinite ? ends[0] : spread.mean, high: isFinite ? ends[1] : spread.mean)
        }
        unshownCount = spreads.count { !$1.mean.isFinite || !$1.deviation.isFinite }
    }

    var label: String { "\(series.label) (\(countLabel(counts)))" }

    func layers(block: String) -> [String] {
        let (color, title) = (series.style.color, "title \(GnuplotScript.quoted(label))")
        guard points.count <= Self.markLimit else {
            return [
                "\(block) using 1:3:4 with filledcurves lc rgb '\(color)' notitle",
                "\(block) using 1:2 with lines \(series.style.line) lw 1.5 \(title)",
            ]
        }
        return [
            "\(block) with yerrorbars lw 1.5 lc rgb '\(color)' pt 0 notitle",
            "\(block) using 1:2 with linespoints \(series.style.points) ps 1 lw 2 \(title)",
        ]
    }
}

/// The points by series along one axis. Where other axes vary freely, each of their combinations is a family.
private struct AccuracyGrid {
    struct Line {
        let series: FigureLayout.Series
        var points: [(x: Double, point: PointValues)] = []
    }

    struct Family {
        let title: String
        let suffix: String
        var lines: [Line]
    }

    let axis: Hyperparameter
    private(set) var families: [Family] = []

    /// `nil` where no other axis than that of the series is one of numbers.
    init?(_ layout: FigureLayout) {
        guard let index = Self.axis(of: layout) else { return nil }
        axis = layout.otherAxes[index]
        let others = layout.otherAxes.indices.filter { $0 != index && !Self.follows($0, index, layout.groups) }
        let byRest = Dictionary(grouping: layout.groups) { group in others.map { group.values[$0] } }
        for rest in byRest.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let named = zip(others.map { layout.otherAxes[$0] }, rest)
            var lines = layout.series.map { Line(series: $0) }
            for group in byRest[rest]! {
                for (place, point) in group.points.enumerated() {
                    guard let point, let x = group.values[index].number else { continue }
                    lines[place].points.append((x, point))
                }
            }
            families.append(
                Family(
                    title: named.map { "\($0.title) \($1)" }.joined(separator: ", "),
                    suffix: named.map { "-\($0.rawValue)-\($1)" }.joined(), lines: lines))
        }
    }

    /// Best one with more than one value, which makes a line.
    private static func axis(of layout: FigureLayout) -> Int? {
        let numbers = layout.otherAxes.indices.filter { layout.otherAxes[$0].isNumeric }
        let lines = numbers.filter { index in Set(layout.groups.map { $0.values[index] }).count > 1 }
        let choices = lines.isEmpty ? numbers : lines
        return choices.first { layout.otherAxes[$0] == .batchSize } ?? choices.first
    }

    /// Axes that advance together with the one that is drawn would leave each point alone in its figure.
    private static func follows(_ axis: Int, _ leader: Int, _ groups: [FigureLayout.Group]) -> Bool {
        let pairs = Dictionary(grouping: groups) { $0.values[leader] }.values.map { Set($0.map { $0.values[axis] }) }
        return pairs.count > 1 && pairs.allSatisfy { $0.count == 1 } && Set(groups.map { $0.values[axis] }).count > 1
    }
}
