import Experiment

// The gradient norm by step, of each point's first seed: every step faint, their rolling mean on top.

extension SweepTables {
    func gradientNormFigures(_ layout: FigureLayout, name: String) -> [Figure] {
        guard let gradientNorms else { return [.notCaptured(name: name, title: "Gradient norm")] }
        return layout.shownGroups.map { gradientNormFigure(gradientNorms, $0, layout, name: name + $0.suffix) }
    }

    private func gradientNormFigure(
        _ traces: [PointValues: GradientNormTrace], _ group: FigureLayout.Group, _ layout: FigureLayout, name: String
    ) -> Figure {
        let lines = zip(layout.series, group.points).compactMap { series, point in
            point.flatMap { traces[$0] }.map { TraceLine(series: series, trace: $0) }
        }
        let title = joined(["Gradient norm", group.title, "first seed of n = \(seeds.count)"], by: ", ")
        guard !lines.isEmpty else {
            let captures = traces.isEmpty ? "No gradient is stored yet." : "No gradient of these points is stored."
            return .message([captures], name: name, title: title)
        }
        let hasMeans = lines.contains { !$0.trace.means.points.isEmpty }
        let window = GradientNormTrace.rollingWindow
        let meaning =
            hasMeans
            ? "each step faint, in bold the mean of the last \(window) steps"
            : "each step; fewer than the \(window) of which a mean is taken"
        let missing = unshown(lines.reduce(0) { $0 + $1.trace.norms.unshownCount }, "step")
        let steps = ValueAxis(lines.map { Double($0.trace.lastStep) }, .countedFromZero)
        let norms = ValueAxis(lines.flatMap { $0.trace.norms.points.map(\.value) }, .measuredFromZero)
        var frame = FigureFrame(
            title: title, note: joined([meaning, missing], by: "; "), xLabel: "step", yLabel: "L2 norm of the gradient",
            yTics: norms.tics.map(\.label), keys: lines.map(\.label))
        frame.xTics = steps.labels(in: frame.plotWidth)
        var script = GnuplotScript()
        frame.open(&script)
        script.setX(steps, frame)
        script.setY(norms)
        for (index, line) in lines.enumerated() {
            script.data("steps\(index)", line.trace.norms.data(on: steps, norms))
            script.data("means\(index)", line.trace.means.data(on: steps, norms))
        }
        script.plot(layers(of: lines, hasMeans: hasMeans))
        return Figure(name: name, title: title, frame, script: script)
    }

    private func layers(of lines: [TraceLine], hasMeans: Bool) -> [String] {
        let raw = lines.enumerated().map { index, line in
            hasMeans
                ? "$steps\(index) with lines lw 0.7 lc rgb '#b0\(line.series.style.color.dropFirst())' notitle"
                : "$steps\(index) with lines lw 2.2 \(line.series.style.line) \(line.keyTitle)"
        }
        guard hasMeans else { return raw }
        return raw
            + lines.enumerated().map { index, line in
                "$means\(index) with lines lw 2.2 \(line.series.style.line) \(line.keyTitle)"
            }
    }
}

private struct TraceLine {
    let series: FigureLayout.Series
    let trace: GradientNormTrace

    var label: String { "\(series.label), seed \(trace.seed)" }
    var keyTitle: String { "title \(GnuplotScript.quoted(label))" }
}

extension ThinnedCurve {
    fileprivate func data(on steps: ValueAxis, _ values: ValueAxis) -> [[Double]] {
        points.map { [steps.place(Double($0.step)), values.place($0.value)] }
    }
}

extension Figure {
    static func notCaptured(name: String, title: String) -> Figure {
        let lines = ["This sweep captures no gradients.", "Set capture_gradients: true under train: to see them."]
        return .message(lines, name: name, title: title)
    }
}
