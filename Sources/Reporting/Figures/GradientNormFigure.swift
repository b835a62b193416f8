import Experiment

// The gradient norm by step, of each point's first seed: every step faint, their rolling mean on top.

extension SweepTables {
    static let rollingWindow = 20

    func gradientNormFigures(_ layout: FigureLayout, name: String) -> [Figure] {
        guard let gradientNorms else { return [.notCaptured(name: name, title: "Gradient norm")] }
        return layout.shownGroups.map { gradientNormFigure(gradientNorms, $0, layout, name: name + $0.suffix) }
    }

    private func gradientNormFigure(
        _ traces: [PointValues: GradientNormTrace], _ group: FigureLayout.Group, _ layout: FigureLayout, name: String
    ) -> Figure {
        let lines = zip(layout.series, group.points).compactMap { series, point in
            point.flatMap { traces[$0] }.map { (series: series, trace: $0) }
        }
        let title = joined(["Gradient norm", group.title, "first seed of n = \(seeds.count)"], by: ", ")
        guard !lines.isEmpty else {
            let captures = traces.isEmpty ? "No gradient is stored yet." : "No gradient of these points is stored."
            return .message([captures], name: name, title: title)
        }
        let hasMeans = lines.contains { $0.trace.norms.count >= Self.rollingWindow }
        var script = GnuplotScript()
        FigureFrame(
            title: title,
            note: hasMeans
                ? "each step faint, in bold the mean of the last \(Self.rollingWindow) steps"
                : "each step; fewer than the \(Self.rollingWindow) of which a mean is taken",
            xLabel: "step", yLabel: "L2 norm of the gradient"
        ).open(&script)
        let last = lines.compactMap(\.trace.steps.last).max() ?? 1
        script.command("set xrange [0:\(last + max(1, last / 50))]")
        script.command("set yrange [0:*]")
        for (index, line) in lines.enumerated() {
            script.data("steps\(index)", thinned(line.trace.steps, line.trace.norms))
            script.data("means\(index)", rollingMeans(line.trace))
        }
        let raw = lines.enumerated().map { index, line in
            hasMeans
                ? "$steps\(index) with lines lw 0.7 lc rgb '#b0\(line.series.style.color.dropFirst())' notitle"
                : "$steps\(index) with lines lw 2.2 \(line.series.style.line) \(keyTitle(line.series, line.trace))"
        }
        let means = lines.enumerated().map { index, line in
            "$means\(index) with lines lw 2.2 \(line.series.style.line) \(keyTitle(line.series, line.trace))"
        }
        script.plot(hasMeans ? raw + means : raw)
        return Figure(name: name, title: title, script: script)
    }

    private func keyTitle(_ series: FigureLayout.Series, _ trace: GradientNormTrace) -> String {
        "title \(GnuplotScript.quoted("\(series.label), seed \(trace.seed)"))"
    }

    private func rollingMeans(_ trace: GradientNormTrace) -> [[Double]] {
        // A trace that is shorter than the window has no mean of so many steps.
        let means = rollingMean(trace.norms, window: Self.rollingWindow)
        return thinned(Array(trace.steps.suffix(means.count)), means)
    }
}

extension Figure {
    static func notCaptured(name: String, title: String) -> Figure {
        let lines = ["This sweep captures no gradients.", "Set capture_gradients: true under train: to see them."]
        return .message(lines, name: name, title: title)
    }
}
