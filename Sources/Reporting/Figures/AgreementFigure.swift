import Experiment
import Statistics

// Agreement: the share of test images that both, one or none of two networks with one seed get right, over the seeds.

extension SweepTables {
    func agreementFigures(_ layout: FigureLayout, name: String) -> [Figure] {
        let title = "Agreement on test images"
        let pairs = seriesPairs(layout)
        guard !pairs.isEmpty else {
            let axis = layout.seriesAxis?.title ?? "axis"
            return [.message(["Only one \(axis) in this sweep: agreement needs two."], name: name, title: title)]
        }
        guard let agreements else {
            return [.message(["No agreement.csv here; sweep export writes it."], name: name, title: title)]
        }
        return pairs.map { first, second in
            let values = [first, second].compactMap { layout.series[$0].value?.description }
            return agreementFigure(
                first, second, layout, agreements, name: "\(name)-\(values.joined(separator: "-"))")
        }
    }

    private func agreementFigure(
        _ first: Int, _ second: Int, _ layout: FigureLayout, _ agreements: [PointPair: SeedAgreements], name: String
    ) -> Figure {
        let pairs = layout.shownGroups.compactMap { group in
            group.points[first].flatMap { left in group.points[second].map { (values: group.values, left, $0) } }
        }
        let places = pairs.map { AgreementPlace(agreements[PointPair(first: $0.1, second: $0.2)] ?? [:]) }
        let series = (layout.series[first], layout.series[second])
        let labels = PointLabels(axes: layout.otherAxes, points: pairs.map(\.values))
        let counts = places.map(\.runs.count)
        let title = joined(
            ["Test images that \(series.0.label) and \(series.1.label) get right"] + labels.constants
                + [countLabel(counts)], by: ", ")
        let finished = pairs.map { pairedSample($0.1, $0.2).n }
        guard counts.contains(where: { $0 > 0 }) else {
            let reason =
                finished.contains { $0 > 0 }
                ? "No finished pair tells which images it got right: an earlier version trained them."
                : "No seed has finished with both yet."
            return .message([reason], name: name, title: title)
        }
        let drawing = AgreementDrawing(places, series.0, series.1)
        var frame = FigureFrame(
            title: title, yLabel: "share of test images (%)" + (counts.max()! > 1 ? ", mean over seeds" : ""),
            yTics: drawing.values.tics.map(\.label), keys: drawing.parts.map(\.label))
        let details = counts.map { places.count <= 8 ? ["n = \($0)"] : [] }
        let tics = PairedLabels(labels, details: details, width: frame.plotWidth)
        (frame.xTics, frame.xLabel, frame.legend) = (tics.tics, tics.xLabel, tics.legend)
        let untoldCounts = zip(finished, counts).map { max(0, $0 - $1) }
        let untold = untoldCounts.reduce(0, +)
        frame.note = joined(
            [
                drawing.meaning, completeness(of: pairs.flatMap { [$0.1, $0.2] }), omission(in: layout),
                untold == 0 ? "" : "not drawn: \(counted(untold, "pair")) whose images are not known, or not the same",
                roundedNote(tics.isRounded),
            ], by: "; ")
        var script = GnuplotScript()
        frame.open(&script)
        drawing.draw(&script, frame)
        return Figure(name: name, title: title, frame, script: script)
    }
}

/// One bar: two points that agree in the other axes.
private struct AgreementPlace {
    /// By seed, ascending.
    let runs: [Agreement]

    init(_ agreements: SeedAgreements) {
        runs = agreements.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The ends of the parts from below, in percent, over all runs.
    var boundaries: [Double] {
        let runCounts = runs.map(Self.counts)
        let imageCount = runs.reduce(0) { $0 + $1.count }
        return (0..<4).map { part in
            let endCounts = runCounts.map { $0[part] }
            return 100 * Double(endCounts.reduce(0, +)) / Double(imageCount)
        }
    }

    /// The same of one run, without the upper end, which is the same in all.
    static func inner(of run: Agreement) -> [Double] {
        counts(run).dropLast().map { 100 * Double($0) / Double(run.count) }
    }

    /// Added up from below.
    private static func counts(_ run: Agreement) -> [Int] {
        [run.both, run.both + run.onlyFirst, run.both + run.onlyFirst + run.onlySecond, run.count]
    }
}

private struct AgreementDrawing {
    /// More dots would be a line.
    private static let seedLimit = 40
    private static let halfWidth = 0.36

    struct Part {
        let label: String
        let color: String
    }

    let places: [AgreementPlace]
    /// From below.
    let parts: [Part]
    let values = ValueAxis([0, 100])

    init(_ places: [AgreementPlace], _ first: FigureLayout.Series, _ second: FigureLayout.Series) {
        self.places = places
        parts = [
            Part(label: "both", color: "#7f7f7f"), Part(label: "\(first.label) alone", color: first.style.color),
            Part(label: "\(second.label) alone", color: second.style.color), Part(label: "neither", color: "#dddddd"),
        ]
    }

    private var mostRuns: Int { places.map(\.runs.count).max() ?? 0 }

    var meaning: String {
        guard mostRuns > 1 else { return "one seed: no spread to show; parts from below as in the key" }
        let seeds = mostRuns > Self.seedLimit ? "each of the first \(Self.seedLimit) seeds" : "each seed"
        return "parts from below as in the key; dots: where they end with \(seeds)"
    }

    func draw(_ script: inout GnuplotScript, _ frame: FigureFrame) {
        script.command("set xrange [-0.6:\(shortestText(Double(places.count) - 0.4))]")
        script.set(frame.xTics)
        script.command("set grid noxtics")
        script.setY(values)
        var layers: [String] = []
        for (index, part) in parts.enumerated() {
            script.data("part\(index)", boxes(of: index))
            layers.append(
                "$part\(index) with boxxyerror fs solid 0.85 noborder lc rgb '\(part.color)' "
                    + "title \(GnuplotScript.quoted(part.label))")
        }
        if mostRuns > 1 {
            script.data("seeds", places.enumerated().flatMap { marks(of: $1, at: Double($0)) })
            layers.append("$seeds with points pt 7 ps 0.35 lc rgb '\(FigureFrame.ink)' notitle")
        }
        script.plot(layers)
    }

    /// Centre, then the ends from left to right and from below.
    private func boxes(of part: Int) -> [[Double]] {
        places.enumerated().filter { !$1.runs.isEmpty }.map { index, place in
            let ends = [0] + place.boundaries
            let (low, high) = (values.place(ends[part]), values.place(ends[part + 1]))
            let centre = Double(index)
            return [centre, (low + high) / 2, centre - Self.halfWidth, centre + Self.halfWidth, low, high]
        }
    }

    /// Seeds stand beside each other, ascending.
    private func marks(of place: AgreementPlace, at centre: Double) -> [[Double]] {
        let shown = place.runs.prefix(Self.seedLimit)
        let step = min(0.1, 1.6 * Self.halfWidth / Double(max(1, shown.count)))
        return shown.enumerated().flatMap { index, run in
            let x = centre + (Double(index) - Double(shown.count - 1) / 2) * step
            return AgreementPlace.inner(of: run).map { [x, values.place($0)] }
        }
    }
}
