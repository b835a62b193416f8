import Experiment

// The sampled gradients of each layer as violins, a panel for each captured epoch. Two series share a violin, one on
// each side.

extension SweepTables {
    /// The range of the notebook's figure. What lies outside is counted, not drawn.
    static let gradientRange = -0.01...0.01
    /// A sweep whose tasks differ in their epochs captures at more of them than fit side by side.
    private static let panelLimit = 4

    func layerGradientFigures(_ layout: FigureLayout, name: String) -> [Figure] {
        guard let layerGradients else { return [.notCaptured(name: name, title: "Layer gradients")] }
        return layout.shownGroups.map { layerGradientFigure(layerGradients, $0, layout, name: name + $0.suffix) }
    }

    private func layerGradientFigure(
        _ tables: [PointValues: LayerGradientTable], _ group: FigureLayout.Group, _ layout: FigureLayout, name: String
    ) -> Figure {
        let samples = zip(layout.series, group.points).compactMap { series, point in
            point.flatMap { tables[$0] }.map { (series: series, table: $0) }
        }
        let counts = samples.map(\.table.seeds.count)
        let title = joined(["Layer gradients", group.title, countLabel(counts)], by: ", ")
        let epochs = Set(samples.flatMap(\.table.values.keys)).sorted().prefix(Self.panelLimit)
        guard let layers = samples.first?.table.layers, !epochs.isEmpty else {
            return .message(["No gradient is stored yet."], name: name, title: title)
        }
        var script = GnuplotScript()
        let row = ViolinRow(series: samples.map(\.series), layers: layers)
        openPanels(title, completeness(of: group.points.compactMap(\.self)), row, &script)
        for (index, epoch) in epochs.enumerated() {
            let values = samples.map { sample in layers.map { sample.table.values[epoch]?[$0] ?? [] } }
            setPanel(index, of: epochs.count, epoch: epoch, outside: shareOutside(values.joined()), &script)
            if index == 0 { row.plotKey(&script) }
            row.plot(values, panel: index, &script)
        }
        script.command("unset multiplot")
        return Figure(name: name, title: title, width: 1000, script: script)
    }

    private func openPanels(_ title: String, _ missing: String, _ row: ViolinRow, _ script: inout GnuplotScript) {
        let range = shortestText(Self.gradientRange.upperBound)
        let note = "convolution weights at the middle batch, range ±\(range); dashed: quartiles, long the median"
        let frame = FigureFrame(title: title, note: joined([note, missing], by: "; "))
        FigureFrame.setLook(&script)
        script.command("set multiplot")
        frame.setHeading(&script)
        script.command("set style fill transparent solid 0.55 border")
        script.command("set xrange [-0.6:\(shortestText(Double(row.layers.count) - 0.4))]")
        script.command(
            "set yrange [\(shortestText(Self.gradientRange.lowerBound)):\(range)]")
        let tics = row.layers.enumerated().map { "\(GnuplotScript.quoted(printable($1, limit: 20))) \($0)" }
        script.command("set xtics (\(tics.joined(separator: ", ")))")
        script.command("set grid noxtics")
        script.command("set tmargin at screen 0.79")
        script.command("set bmargin at screen 0.17")
    }

    private func setPanel(_ index: Int, of count: Int, epoch: Int, outside: Double, _ script: inout GnuplotScript) {
        let (left, right, gap) = (0.085, 0.985, 0.02)
        let width = (right - left - gap * Double(count - 1)) / Double(count)
        let start = left + Double(index) * (width + gap)
        script.command("set lmargin at screen \(fixed(start))")
        script.command("set rmargin at screen \(fixed(start + width))")
        script.command(
            "set title \(GnuplotScript.quoted("epoch \(epoch) (\(percent(outside)) outside)")) offset 0,-0.4")
        if index == 0 {
            script.command("set ylabel 'gradient' textcolor rgb '\(FigureFrame.ink)'")
        } else {
            script.command("unset label 1; unset label 2; unset ylabel; set format y ''")
        }
    }

    private func shareOutside(_ values: some Sequence<[Double]>) -> Double {
        let all = values.joined()
        let outside = all.reduce(0) { $0 + (Self.gradientRange.contains($1) ? 0 : 1) }
        return Double(outside) / Double(max(1, all.reduce(0) { count, _ in count + 1 }))
    }
}

/// Three decimals, for places on the screen.
private func fixed(_ value: Double) -> String { shortestText((value * 1000).rounded() / 1000) }

private func percent(_ share: Double) -> String { "\(shortestText((share * 1000).rounded() / 10)) %" }
