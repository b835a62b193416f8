import Experiment

// Interval estimates: the mean final validation accuracy of every point with its 95 % interval.

extension SweepTables {
    func intervalEstimateFigure(_ layout: FigureLayout, name: String) -> Figure {
        let groups = Array(layout.shownGroups)
        let labels = PointLabels(axes: layout.otherAxes, points: groups.map(\.values))
        let rows = layout.series.indices.map { series in
            groups.enumerated().compactMap { place, group in
                group.points[series].flatMap { final(of: $0) }.map { (place, $0) }
            }
        }
        let counts = rows.joined().map(\.1.n)
        let title = joined(
            ["Final validation accuracy (%), mean and 95 % interval"] + labels.constants + [countLabel(counts)],
            by: ", ")
        let dots = IntervalDots(
            rows: zip(layout.series, rows).map { series, finals in
                IntervalDots.Row(
                    label: "\(series.label) (\(countLabel(finals.map(\.1.n))))", style: series.style,
                    dots: finals.compactMap { place, row in Self.dot(of: row, at: place) })
            }.filter { !$0.dots.isEmpty }, placeCount: groups.count)
        let unshownCount = rows.joined().count { $0.1.metrics[.valAccuracy].map { !$0.mean.isFinite } ?? false }
        let missing = unshown(unshownCount, "value")
        guard !dots.rows.isEmpty else {
            return .message(
                missing.isEmpty ? ["No training has finished yet."] : [missing], name: name, title: title)
        }
        let values = ValueAxis(dots.numbers)
        var frame = FigureFrame(
            title: title, yLabel: Metric.valAccuracy.title.lowercased() + (counts.max() == 1 ? "" : ", 95 % interval"),
            yTics: values.tics.map(\.label), keys: dots.rows.map(\.label))
        let tics = PairedLabels(labels, details: groups.map { _ in [] }, width: frame.plotWidth)
        (frame.xTics, frame.xLabel, frame.legend) = (tics.tics, tics.xLabel, tics.legend)
        frame.note = joined(
            [
                Self.meaning(of: rows.joined().map(\.1)),
                completeness(of: groups.flatMap { $0.points.compactMap(\.self) }),
                omission(in: layout), missing, roundedNote(tics.isRounded),
            ], by: "; ")
        var script = GnuplotScript()
        frame.open(&script)
        dots.draw(&script, frame, values: values)
        return Figure(name: name, title: title, frame, script: script)
    }

    private static func dot(of row: FinalRow, at place: Int) -> IntervalDots.Dot? {
        guard let mean = row.metrics[.valAccuracy]?.mean, mean.isFinite else { return nil }
        let interval = row.valAccuracyInterval.flatMap { $0.lowerBound.isFinite && $0.upperBound.isFinite ? $0 : nil }
        return IntervalDots.Dot(place: place, value: mean, interval: interval)
    }

    /// What the marks mean, and where an interval is missing, why.
    private static func meaning(of rows: [FinalRow]) -> String {
        if rows.allSatisfy({ $0.n < 2 }) { return "one seed: no interval to show" }
        let bare = rows.filter { $0.n > 0 && $0.valAccuracyInterval == nil }
        // Seeds that differ have an interval, but for a table of version 0.1.
        let isOld = bare.contains { $0.n > 1 && ($0.metrics[.valAccuracy]?.deviation ?? 0) > 0 }
        let hollow =
            isOld
            ? "hollow: no interval in this final.csv, which sweep export writes anew"
            : bare.isEmpty ? "" : "hollow: no interval, one seed or no variance"
        return joined(["bar: 95 % interval of the mean (Student's t, n − 1)", hollow], by: "; ")
    }
}
