import Experiment
import Statistics

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
    func seriesPairs(_ layout: FigureLayout) -> [(Int, Int)] {
        let indices = layout.series.indices
        let firsts = layout.seriesAxis == .norm ? Array(indices) : Array(indices.prefix(1))
        return firsts.flatMap { first in indices.filter { $0 > first }.map { (first, $0) } }
    }

    private func pairedFigure(_ first: Int, _ second: Int, _ layout: FigureLayout, name: String) -> Figure {
        let pairs = layout.shownGroups.compactMap { group in
            group.points[first].flatMap { left in group.points[second].map { (values: group.values, left, $0) } }
        }
        let places = pairs.map { PairedPlace(differences: pairedSample($0.1, $0.2).differences) }
        let labels = PointLabels(axes: layout.otherAxes, points: pairs.map(\.values))
        let counts = places.map(\.differences.count)
        let names = "\(layout.series[first].label) − \(layout.series[second].label)"
        let title = joined(
            ["Final validation accuracy, \(names) by seed"] + labels.constants + [countLabel(counts)], by: ", ")
        guard counts.contains(where: { $0 > 0 }) else {
            return .message(["No seed has finished with both yet."], name: name, title: title)
        }
        let drawing = PairedDrawing(places)
        var frame = FigureFrame(
            title: title, yLabel: Self.differenceLabel(counts), yTics: drawing.values.tics.map(\.label),
            keys: ["mean and 95 % interval", "seed"])
        let tics = PairedLabels(labels, details: drawing.details, width: frame.plotWidth)
        (frame.xTics, frame.xLabel, frame.legend) = (tics.tics, tics.xLabel, tics.legend)
        frame.note = joined(
            [
                meaning(of: counts), completeness(of: pairs.flatMap { [$0.1, $0.2] }), omission(in: layout),
                unshown(drawing.unshownCount, "difference"), roundedNote(tics.isRounded),
            ], by: "; ")
        var script = GnuplotScript()
        frame.open(&script)
        drawing.draw(&script, frame)
        return Figure(name: name, title: title, frame, script: script)
    }

    private static func differenceLabel(_ counts: [Int]) -> String {
        counts.max()! > 1 ? "percentage points, 95 % interval" : "difference in percentage points"
    }

    func omission(in layout: FigureLayout) -> String {
        let (shown, all) = (layout.shownGroups.count, layout.groups.count)
        return shown < all ? "the first \(shown) of \(all)" : ""
    }

    private func meaning(of counts: [Int]) -> String {
        guard counts.max()! > 1 else { return "circle: a seed; one pair tells no interval" }
        let (seeds, mean) =
            counts.max()! > PairedPlace.seedLimit
            ? ("each of the first \(PairedPlace.seedLimit) seeds", "the mean of all") : ("a seed", "their mean")
        return "circle: \(seeds); square: \(mean) with its 95 % interval (t, n − 1)"
    }

    /// Of the seeds that have finished in both.
    ///
    /// A seed has finished where it has reached the point's last epoch: that is known once `final.csv` counts one.
    func pairedSample(_ first: PointValues, _ second: PointValues) -> PairedSample {
        let (left, right) = (finishedAccuracies(first), finishedAccuracies(second))
        let seeds = left.keys.sorted().filter { right[$0] != nil }
        return PairedSample(first: seeds.map { left[$0]! }, second: seeds.map { right[$0]! })
    }

    private func finishedAccuracies(_ point: PointValues) -> [Int: Double] {
        guard let row = final(of: point), row.n > 0, let records = lastRecords[point] else { return [:] }
        let last = records.values.map(\.epoch).max()
        return records.filter { $0.value.epoch == last }.mapValues(\.valAccuracy)
    }
}

/// What is drawn of some places side by side.
private struct PairedDrawing {
    private let places: [PairedPlace]
    private let comparisons: [PairedComparison]
    private let means: [(place: Int, mean: Double, interval: ClosedRange<Double>)]
    let values: ValueAxis

    init(_ places: [PairedPlace]) {
        self.places = places
        comparisons = places.map { PairedComparison(differences: $0.differences) }
        means = comparisons.enumerated().compactMap { index, comparison in
            guard let mean = comparison.meanDifference, mean.isFinite, comparison.n > 1 else { return nil }
            let interval = comparison.test?.interval ?? mean...mean
            let isFinite = interval.lowerBound.isFinite && interval.upperBound.isFinite
            return (index, mean, isFinite ? interval : mean...mean)
        }
        values = ValueAxis(
            places.flatMap(\.differences) + means.flatMap { [$0.interval.lowerBound, $0.interval.upperBound] },
            .measuredFromZero)
    }

    var unshownCount: Int { places.reduce(0) { $0 + $1.differences.count { !$0.isFinite } } }

    /// The lines below each label.
    var details: [[String]] { zip(places, comparisons).map { $0.details($1, crowd: places.count) } }

    func draw(_ script: inout GnuplotScript, _ frame: FigureFrame) {
        script.command("set xrange [-0.6:\(shortestText(Double(places.count) - 0.4))]")
        script.set(frame.xTics)
        script.command("set grid noxtics")
        script.setY(values)
        let seeds = places.enumerated().flatMap { $1.marks(at: Double($0)) }
        script.data("seeds", seeds.map { [$0[0], values.place($0[1])] })
        var layers = [
            "\(shortestText(values.place(0))) with lines lw 1.2 dt 1 lc rgb '\(FigureFrame.faintInk)' notitle"
        ]
        if !means.isEmpty {
            script.data(
                "means",
                means.map { mean in
                    [Double(mean.place)]
                        + [mean.mean, mean.interval.lowerBound, mean.interval.upperBound].map(values.place)
                })
            layers.append(
                "$means with yerrorbars lw 2 pt 5 ps 1 lc rgb '\(FigureFrame.ink)' title 'mean and 95 % interval'")
        }
        layers.append("$seeds with points pt 6 ps 1 lw 1.5 lc rgb '#9467bd' title 'seed'")
        script.plot(layers)
    }
}

/// One place on the horizontal axis: the differences of two points that agree in the other axes.
private struct PairedPlace {
    /// More circles would be a cloud, and hide the mean.
    static let seedLimit = 100

    let differences: [Double]

    /// Beside each other, so that none hides another or the mean.
    func marks(at place: Double) -> [[Double]] {
        let shown = differences.prefix(Self.seedLimit)
        let count = shown.count
        let step = min(0.08, 0.6 / Double(max(1, count)))
        return shown.enumerated().map { index, difference in
            // The middle belongs to the mean.
            let half = index < (count + 1) / 2 ? index - (count + 1) / 2 : index - (count + 1) / 2 + 1
            return [place + Double(half) * step, difference]
        }
    }

    /// How many seeds, and how likely such a mean would be by chance; nothing where places are a crowd.
    func details(_ comparison: PairedComparison, crowd: Int) -> [String] {
        guard crowd <= 8 else { return [] }
        return ["n = \(comparison.n)"] + (comparison.test.map { ["p \(probability($0.p))"] } ?? [])
    }

    private func probability(_ p: Double) -> String {
        guard p >= 0.001 else { return "< 0.001" }
        return "= " + fixedText(p, decimals: 3)
    }
}
