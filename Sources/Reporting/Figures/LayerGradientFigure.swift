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
        let missing = completeness(of: group.points.compactMap(\.self))
        let cut =
            samples.contains(where: \.table.isCut)
            ? "of each layer the first \(counted(LayerGradientTable.sampleLimit, "value"))" : ""
        let frame = PanelFrame(
            FigureFrame(
                title: title, note: joined([Self.violinMeaning, missing, cut], by: "; "), yLabel: "gradient",
                width: 1000, yTics: ["-0.005"], keys: row.keys), count: epochs.count, layers: layers)
        openPanels(frame, row, &script)
        for (index, epoch) in epochs.enumerated() {
            let values = samples.map { sample in layers.map { sample.table.values[epoch]?[$0] ?? [] } }
            setPanel(index, frame, epoch: epoch, outside: shareOutside(values.joined()), &script)
            if index == 0 {
                row.plotKey(frame.frame, &script)
                frame.frame.setLegend(&script)
            }
            row.plot(values, panel: index, &script)
        }
        script.command("unset multiplot")
        return Figure(name: name, title: title, frame.frame, script: script)
    }

    private static var violinMeaning: String {
        "convolution weights at the middle batch, range ±\(shortestText(gradientRange.upperBound)); "
            + "dashed: quartiles, long the median"
    }

    private func openPanels(_ frame: PanelFrame, _ row: ViolinRow, _ script: inout GnuplotScript) {
        let range = shortestText(Self.gradientRange.upperBound)
        FigureFrame.setLook(&script)
        script.command("set multiplot")
        frame.frame.setHeading(&script)
        frame.frame.setYLabel(&script)
        script.command("set style fill transparent solid 0.55 border")
        script.command("set xrange [-0.6:\(shortestText(Double(row.layers.count) - 0.4))]")
        script.command(
            "set yrange [\(shortestText(Self.gradientRange.lowerBound)):\(range)]")
        script.set(frame.tics)
        script.command("set grid noxtics")
        script.command("set tmargin at screen \(frame.frame.y(frame.top))")
        script.command("set bmargin at screen \(frame.frame.y(Double(frame.frame.height) - frame.frame.bottom))")
    }

    private func setPanel(
        _ index: Int, _ frame: PanelFrame, epoch: Int, outside: Double, _ script: inout GnuplotScript
    ) {
        let start = frame.frame.left + Double(index) * (frame.panelWidth + PanelFrame.gap)
        script.command("set lmargin at screen \(frame.frame.x(start))")
        script.command("set rmargin at screen \(frame.frame.x(start + frame.panelWidth))")
        let title = "epoch \(epoch) (\(percent(outside)) outside)"
        let size = min(FigureFrame.textSize, FigureFrame.textSize * frame.panelWidth / textWidth(title))
        let font = "font ',\(shortestText((size * 2).rounded(.down) / 2))'"
        script.command("set title \(GnuplotScript.quoted(title)) offset 0,-0.4 \(font)")
        if index > 0 {
            let labels = (FigureFrame.sharedLabels + frame.frame.legendTags).map { "unset label \($0)" }.joined(
                separator: "; ")
            script.command("\(labels); set format y ''")
        }
    }

    private func shareOutside(_ values: some Sequence<[Double]>) -> Double {
        let all = values.joined()
        let outside = all.reduce(0) { $0 + (Self.gradientRange.contains($1) ? 0 : 1) }
        return Double(outside) / Double(max(1, all.reduce(0) { count, _ in count + 1 }))
    }
}

/// Panels side by side in a frame.
private struct PanelFrame {
    static let gap = 20.0

    let frame: FigureFrame
    let count: Int
    /// The marks of each panel: names of layers, or numbers where names would run into each other or look the same.
    let tics: TicLabels
    let panelWidth: Double

    init(_ frame: FigureFrame, count: Int, layers: [String]) {
        var frame = frame
        let panelWidth = (frame.width - frame.left - 15 - Self.gap * Double(count - 1)) / Double(count)
        let names = shortNames(layers, limit: Int(panelWidth / Double(layers.count) / textWidth("0")) - 1)
        if names == nil {
            frame.legend = FigureFrame.numbered(layers.map { cut(printable($0, limit: 400), head: 30, tail: 29) })
        }
        let tics = (names ?? layers.indices.map { String($0 + 1) }).enumerated().map { index, name in
            let share = TicLabels.share(of: index, among: layers.count)
            return TicLabels.Tic(place: Double(index), share: share, lines: [name])
        }
        self.tics = TicLabels(tics, clearIn: panelWidth)
        (self.frame, self.count, self.panelWidth) = (frame, count, panelWidth)
    }

    /// Below the titles of the panels.
    var top: Double { frame.top + 25 }
}

private func percent(_ share: Double) -> String { "\(shortestText((share * 1000).rounded() / 10)) %" }
