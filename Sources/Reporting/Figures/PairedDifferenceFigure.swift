import Experiment

// What paired seeds are for: how two values of an axis differ in the final validation accuracy of each seed, with the
// mean and its 95 % interval.

extension SweepTables {
    func pairedDifferenceFigures(_ layout: FigureLayout, name: String) -> [Figure] {
        let pairs = seriesPairs(layout)
        guard !pairs.isEmpty else {
            let axis = layout.seriesAxis?.title ?? "axis"
            let line = "Only one \(axis) in this sweep: a difference needs two."
            return [.message([line], name: name, title: "Paired difference by seed")]
        }
        return pairs.map { first, second in
            let values = [first, second].compactMap { layout.series[$0].value?.description }
            return pairedFigure(first, second, layout, name: "\(name)-\(values.joined(separator: "-"))")
        }
    }

    /// Norms are all compared with each other; the values of a longer axis with its first one.
    private func seriesPairs(_ layout: FigureLayout) -> [(Int, Int)] {
        let indices = layout.series.indices
        let firsts = layout.seriesAxis == .norm ? Array(indices) : Array(indices.prefix(1))
        return firsts.flatMap { first in indices.filter { $0 > first }.map { (first, $0) } }
    }

    private func pairedFigure(_ first: Int, _ second: Int, _ layout: FigureLayout, name: String) -> Figure {
        let places = layout.shownGroups.compactMap { group -> PairedPlace? in
            guard let left = group.points[first], let right = group.points[second] else { return nil }
            return PairedPlace(label: group.values, differences: seedDifferences(left, right))
        }
        let counts = places.map(\.differences.count)
        let names = "\(layout.series[first].label) − \(layout.series[second].label)"
        let constant = layout.groups.count == 1 ? layout.groups[0].title : ""
        let title = joined(["Final validation accuracy, \(names) by seed", constant, countLabel(counts)], by: ", ")
        guard counts.contains(where: { $0 > 0 }) else {
            return .message(["No seed has finished with both yet."], name: name, title: title)
        }
        var script = GnuplotScript()
        let points = layout.shownGroups.flatMap { [$0.points[first], $0.points[second]].compactMap(\.self) }
        FigureFrame(
            title: title,
            note: joined([meaning(of: counts), completeness(of: points), omission(in: layout)], by: "; "),
            xLabel: layout.otherAxes.map(\.title).joined(separator: ", "), yLabel: "difference in percentage points"
        ).open(&script)
        draw(places, &script)
        return Figure(name: name, title: title, script: script)
    }

    private func omission(in layout: FigureLayout) -> String {
        let (shown, all) = (layout.shownGroups.count, layout.groups.count)
        return shown < all ? "the first \(shown) of \(all)" : ""
    }

    private func meaning(of counts: [Int]) -> String {
        guard counts.max()! > 1 else { return "circle: a seed; one pair tells no interval" }
        return "circle: a seed; square: their mean with its 95 % interval (Student t)"
    }

    /// First minus second, over the seeds that have finished in both, ascending.
    ///
    /// A seed has finished where it has reached the point's last epoch: that is known once `final.csv` counts one.
    private func seedDifferences(_ first: PointValues, _ second: PointValues) -> [Double] {
        let (left, right) = (finishedAccuracies(first), finishedAccuracies(second))
        return left.keys.sorted().compactMap { seed in right[seed].map { left[seed]! - $0 } }
    }

    private func finishedAccuracies(_ point: PointValues) -> [Int: Double] {
        guard let row = final(of: point), row.n > 0, let records = lastRecords[point] else { return [:] }
        let last = records.values.map(\.epoch).max()
        return records.filter { $0.value.epoch == last }.mapValues(\.valAccuracy)
    }

    private func draw(_ places: [PairedPlace], _ script: inout GnuplotScript) {
        let comparisons = places.map { PairedComparison(differences: $0.differences) }
        let tics = zip(places, comparisons).enumerated().map { index, place in
            "\(GnuplotScript.quoted(lines: place.0.tic(place.1, crowd: places.count))) \(index)"
        }
        script.command("set bmargin at screen 0.26")
        // Below the lines of the tics.
        script.command("set xlabel offset 0,\(places.count > 8 ? -1 : -1.6)")
        script.command("set xrange [-0.6:\(shortestText(Double(places.count) - 0.4))]")
        script.command("set xtics (\(tics.joined(separator: ", ")))" + (places.count > 12 ? " rotate by -45" : ""))
        script.command("set grid noxtics")
        script.data("seeds", places.enumerated().flatMap { $1.marks(at: Double($0)) })
        let means = comparisons.enumerated().compactMap { index, comparison -> [Double]? in
            guard let mean = comparison.meanDifference, comparison.n > 1 else { return nil }
            let interval = comparison.test?.interval ?? mean...mean
            return [Double(index), mean, interval.lowerBound, interval.upperBound]
        }
        var layers = ["0 with lines lw 1.2 dt 1 lc rgb '\(FigureFrame.faintInk)' notitle"]
        if !means.isEmpty {
            script.data("means", means)
            layers.append(
                "$means with yerrorbars lw 2 pt 5 ps 1 lc rgb '\(FigureFrame.ink)' title 'mean and 95 % interval'")
        }
        layers.append("$seeds with points pt 6 ps 1 lw 1.5 lc rgb '#9467bd' title 'seed'")
        script.plot(layers)
    }
}

/// One place on the horizontal axis: the differences of two points that agree in the other axes.
private struct PairedPlace {
    let label: PointValues
    let differences: [Double]

    /// Beside each other, so that none hides another or the mean.
    func marks(at place: Double) -> [[Double]] {
        let step = min(0.08, 0.6 / Double(max(1, differences.count)))
        let count = differences.count
        return differences.enumerated().map { index, difference in
            // The middle belongs to the mean.
            let half = index < (count + 1) / 2 ? index - (count + 1) / 2 : index - (count + 1) / 2 + 1
            return [place + Double(half) * step, difference]
        }
    }

    func tic(_ comparison: PairedComparison, crowd: Int) -> [String] {
        let values = label.map(\.description).joined(separator: ", ")
        guard crowd <= 8 else { return [values] }
        let p = comparison.test.map { "p \(probability($0.p))" } ?? ""
        return [values, "n = \(comparison.n)", p].filter { !$0.isEmpty }
    }

    private func probability(_ p: Double) -> String {
        guard p >= 0.001 else { return "< 0.001" }
        return "= " + fixedPoint(p, decimals: 3)
    }
}
