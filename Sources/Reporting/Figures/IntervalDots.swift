import Experiment

/// Dots with bars at places side by side: what a figure of intervals draws.
struct IntervalDots {
    struct Dot {
        let place: Int
        let value: Double
        /// `nil` where there is none: the dot is hollow then.
        let interval: ClosedRange<Double>?
    }

    struct Row {
        let label: String
        let style: SeriesStyle
        let dots: [Dot]
    }

    let rows: [Row]
    let placeCount: Int

    /// What the vertical axis has to hold.
    var numbers: [Double] {
        rows.flatMap { $0.dots.flatMap { [$0.value] + ($0.interval.map { [$0.lowerBound, $0.upperBound] } ?? []) } }
    }

    /// - Parameter level: of a line across the plot; `nil` for none.
    func draw(_ script: inout GnuplotScript, _ frame: FigureFrame, values: ValueAxis, level: Double? = nil) {
        script.command("set xrange [-0.6:\(shortestText(Double(placeCount) - 0.4))]")
        script.set(frame.xTics)
        script.setY(values)
        var layers: [String] = []
        if let level {
            layers.append(
                "\(shortestText(values.place(level))) with lines lw 1.2 dt 1 lc rgb '\(FigureFrame.faintInk)' notitle")
        }
        for (index, row) in rows.enumerated() {
            let title = "title \(GnuplotScript.quoted(row.label))"
            let filled = data(of: row, index, hasInterval: true, values)
            let hollow = data(of: row, index, hasInterval: false, values)
            if !filled.isEmpty {
                script.data("bars\(index)", filled)
                layers.append(
                    "$bars\(index) with yerrorbars lw 2 pt \(row.style.pointType) ps 1 lc rgb '\(row.style.color)' "
                        + title)
            }
            if !hollow.isEmpty {
                script.data("dots\(index)", hollow)
                // gnuplot's hollow shapes come one before the filled ones.
                layers.append(
                    "$dots\(index) using 1:2 with points lw 1.5 pt \(row.style.pointType - 1) ps 1 "
                        + "lc rgb '\(row.style.color)' \(filled.isEmpty ? title : "notitle")")
            }
        }
        script.plot(layers)
    }

    /// Rows stand beside each other, so that none hides another.
    private func data(
        of row: Row, _ index: Int, hasInterval: Bool, _ values: ValueAxis
    ) -> [[Double]] {
        let aside = (Double(index) - Double(rows.count - 1) / 2) * 0.7 / Double(rows.count)
        return row.dots.filter { ($0.interval != nil) == hasInterval }.map { dot in
            let interval = dot.interval ?? dot.value...dot.value
            return [Double(dot.place) + aside]
                + [dot.value, interval.lowerBound, interval.upperBound].map(values.place)
        }
    }
}
