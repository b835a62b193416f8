import Experiment

// The validation accuracy of the last epoch against an axis of numbers: the batch size, where it is one.

extension SweepTables {
    func finalAccuracyFigures(_ layout: FigureLayout, name: String) -> [Figure] {
        let title = "Final validation accuracy (%)"
        let numbers = layout.otherAxes.indices.filter { layout.otherAxes[$0].isNumeric }
        guard let axis = numbers.first(where: { layout.otherAxes[$0] == .batchSize }) ?? numbers.first else {
            let line = "No axis of numbers, such as batch_size, beside \(layout.seriesAxis?.rawValue ?? "the seed")."
            return [.message([line], name: name, title: title)]
        }
        let grid = AccuracyGrid(layout, axis: axis, points: finals.map(\.point))
        return grid.families.map { family in
            finalAccuracyFigure(family, grid, title: title, name: name + family.suffix)
        }
    }

    private func finalAccuracyFigure(
        _ family: AccuracyGrid.Family, _ grid: AccuracyGrid, title: String, name: String
    ) -> Figure {
        let lines = family.lines.map { line in
            (line.series, line.points.compactMap { x, point in final(of: point).map { (x, $0) } })
        }
        let counts = lines.flatMap { $1.map(\.1.n) }
        let title = joined(["\(title) by \(grid.axis.title)", family.title, countLabel(counts)], by: ", ")
        guard counts.contains(where: { $0 > 0 }) else {
            return .message(["No training has finished yet."], name: name, title: title)
        }
        let missing = completeness(of: family.lines.flatMap { $0.points.map(\.point) })
        let meaning =
            counts.max() == 1 ? "one seed: no standard deviation to show" : "mean ± standard deviation over the seeds"
        var script = GnuplotScript()
        FigureFrame(
            title: title, note: joined([meaning, missing], by: "; "), xLabel: grid.axis.title,
            yLabel: Metric.valAccuracy.title.lowercased()
        ).open(&script)
        let scale = NumberScale(lines.flatMap { $1.map(\.0) }, base: grid.axis == .batchSize ? 2 : 10)
        scale.set(&script)
        var layers: [String] = []
        for (index, (series, rows)) in lines.enumerated() {
            let data = rows.compactMap { x, row in
                row.metrics[.valAccuracy].map {
                    [scale.aside(x, series: index, of: lines.count), $0.mean, $0.deviation]
                }
            }
            guard !data.isEmpty else { continue }
            script.data("final\(index)", data)
            let label = GnuplotScript.quoted("\(series.label) (\(countLabel(rows.map(\.1.n))))")
            layers.append("$final\(index) with yerrorbars lw 1.5 lc rgb '\(series.style.color)' pt 0 notitle")
            layers.append("$final\(index) using 1:2 with linespoints \(series.style.points) ps 1 lw 2 title \(label)")
        }
        script.plot(layers)
        return Figure(name: name, title: title, script: script)
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

    init(_ layout: FigureLayout, axis index: Int, points: [PointValues]) {
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

    /// Axes that advance together with the one that is drawn would leave each point alone in its figure.
    private static func follows(_ axis: Int, _ leader: Int, _ groups: [FigureLayout.Group]) -> Bool {
        let pairs = Dictionary(grouping: groups) { $0.values[leader] }.values.map { Set($0.map { $0.values[axis] }) }
        return pairs.count > 1 && pairs.allSatisfy { $0.count == 1 } && Set(groups.map { $0.values[axis] }).count > 1
    }
}
