import Experiment
import Statistics

// Probability of superiority: how often the first of two points has the higher final validation accuracy, by seed.

extension SweepTables {
    func superiorityFigure(_ layout: FigureLayout, name: String) -> Figure {
        // The title names the axis once: two values of it would make a key too long for its figure.
        let isNorm = layout.seriesAxis == .norm
        let names = isNorm ? layout.series.map(\.label) : shortTexts(of: layout.series.compactMap(\.value))
        let axisTitle = isNorm ? "" : layout.seriesAxis.map { " by \($0.title)" } ?? ""
        let title = "Probability of superiority\(axisTitle), final validation accuracy"
        let pairs = seriesPairs(layout)
        guard !pairs.isEmpty else {
            let axis = layout.seriesAxis?.title ?? "axis"
            return .message(["Only one \(axis) in this sweep: a comparison needs two."], name: name, title: title)
        }
        let shown = pairs.prefix(SeriesStyle.limit)
        let groups = Array(layout.shownGroups)
        let labels = PointLabels(axes: layout.otherAxes, points: groups.map(\.values))
        let rows = shown.enumerated().map { index, pair in superiorityRow(pair, at: index, groups, names: names) }
        let counts = rows.flatMap(\.counts)
        let fullTitle = joined([title] + labels.constants + [countLabel(counts)], by: ", ")
        let dots = IntervalDots(rows: rows.map(\.row).filter { !$0.dots.isEmpty }, placeCount: groups.count)
        guard !dots.rows.isEmpty else {
            return .message(["No seed has finished with both yet."], name: name, title: fullTitle)
        }
        let values = ValueAxis([0, 1])
        var frame = FigureFrame(
            title: fullTitle, yLabel: "P(first > second), 95 % interval", yTics: values.tics.map(\.label),
            keys: dots.rows.map(\.label))
        let tics = PairedLabels(labels, details: groups.map { _ in [] }, width: frame.plotWidth)
        (frame.xTics, frame.xLabel, frame.legend) = (tics.tics, tics.xLabel, tics.legend)
        frame.note = joined(
            [
                Self.meaning(of: dots), completeness(of: groups.flatMap { $0.points.compactMap(\.self) }),
                omission(in: layout),
                shown.count < pairs.count ? "the first \(shown.count) of \(counted(pairs.count, "pair"))" : "",
                roundedNote(tics.isRounded || (!isNorm && names != layout.series.compactMap(\.value?.description))),
            ], by: "; ")
        var script = GnuplotScript()
        frame.open(&script)
        dots.draw(&script, frame, values: values, level: 0.5)
        return Figure(name: name, title: fullTitle, frame, script: script)
    }

    private func superiorityRow(
        _ pair: (Int, Int), at index: Int, _ groups: [FigureLayout.Group], names: [String]
    ) -> (row: IntervalDots.Row, counts: [Int]) {
        var dots: [IntervalDots.Dot] = []
        var counts: [Int] = []
        for (place, group) in groups.enumerated() {
            guard let first = group.points[pair.0], let second = group.points[pair.1] else { continue }
            let sample = pairedSample(first, second)
            counts.append(sample.n)
            guard let superiority = Superiority.of(sample).value else { continue }
            dots.append(
                IntervalDots.Dot(place: place, value: superiority.probability, interval: superiority.interval.value))
        }
        let label = "\(names[pair.0]) over \(names[pair.1]) (\(countLabel(counts)))"
        let style = SeriesStyle.of(.word(""), at: index)
        return (IntervalDots.Row(label: label, style: style, dots: dots), counts)
    }

    private static func meaning(of dots: IntervalDots) -> String {
        let all = dots.rows.flatMap(\.dots)
        let bar = "bar: 95 % interval (percentile bootstrap over pairs)"
        let hollow = "hollow: no interval, one pair or all pairs agree"
        return joined(
            [
                "share of n seeds, ties one half", all.contains { $0.interval != nil } ? bar : "",
                all.contains { $0.interval == nil } ? hollow : "",
            ], by: "; ")
    }
}
