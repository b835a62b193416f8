import Experiment
import Reporting

/// The validation curves of the points, mean over the seeds, and what each line stands for.
func curvesHTML(of state: PageState) -> HTML {
    let lines = ChartLine.lines(of: state)
    guard !lines.isEmpty else { return "<h2>Curves</h2><p class=\"note\">No epoch is stored yet.</p>" }
    let keys = lines.map { line -> HTML in
        """
        <span class="key"><svg width="30" height="10" viewBox="0 0 30 10" aria-hidden="true">
        <path class="\(line.colour)" stroke-dasharray="\(line.dashes)" d="M1 5H29"/></svg>\(line.label)</span>
        """
    }
    let pointCount = state.layout.rows.count
    let unshown = lines.reduce(0) { count, line in
        count + line.means.count { !ChartScale.canShow($0.valAccuracy) || !ChartScale.canShow($0.valLoss) }
    }
    var note: HTML = ""
    if lines.count == ChartLine.limit, lines.count < pointCount {
        note = "<p class=\"note\">The \(lines.count) points with the highest accuracy, of \(pointCount).</p>"
    }
    if unshown > 0 {
        let number = counted(unshown, "epoch")
        note += "<p class=\"note\">Of \(number) a mean is too large or too small to be drawn; api/sweep has it.</p>"
    }
    return """
        <h2>Curves <small>mean over the seeds that have reached the epoch</small></h2>
        <div class="charts">
        \(chartHTML("Validation accuracy (%)", lines, of: state) { $0.valAccuracy })
        \(chartHTML("Validation loss", lines, of: state) { $0.valLoss })
        </div>
        <p class="keys">\(HTML.joined(keys))</p>\(note)
        """
}

/// A point in a chart.
struct ChartLine: Sendable {
    static let limit = 16

    var label: String
    /// The class of its norm.
    var colour: HTML
    /// Tells apart points of one norm.
    var dashes: HTML
    var means: [Curve.Mean]

    private static let dashes: [HTML] = ["none", "7 3", "2 3", "9 3 2 3", "14 4", "5 2 1 2 1 2"]

    /// The lines of the points that have a record; of the best ones where there are too many to be told apart.
    static func lines(of state: PageState) -> [ChartLine] {
        var countByNorm: [Norm: Int] = [:]
        let lines = zip(state.layout.rows, state.curves).compactMap { row, curve -> ChartLine? in
            let number = countByNorm[row.norm, default: 0]
            countByNorm[row.norm] = number + 1
            let means = curve.means
            guard !means.isEmpty else { return nil }
            return ChartLine(
                label: row.label, colour: row.norm.colour, dashes: dashes[number % dashes.count], means: means)
        }
        guard lines.count > limit else { return lines }
        let best = lines.indices.sorted { lines[$0].means.last!.valAccuracy > lines[$1].means.last!.valAccuracy }
        return best.prefix(limit).sorted().map { lines[$0] }
    }
}

extension Norm {
    fileprivate var colour: HTML {
        switch self {
        case .batch: "bn"
        case .layer: "ln"
        case .none: "none"
        }
    }
}

// MARK: - One chart

/// In units of the drawing, which the page scales to its width.
private enum Frame {
    static let width = 560.0
    static let height = 306.0
    static let left = 58.0
    static let right = 546.0
    static let top = 34.0
    static let bottom = 262.0
}

private func chartHTML(
    _ title: HTML, _ lines: [ChartLine], of state: PageState, _ value: (Curve.Mean) -> Double
) -> HTML {
    let y = ChartScale(values: lines.flatMap { $0.means.map(value) })
    let x = ChartScale(counting: state.layout.rows.map(\.epochs).max() ?? 1)
    var html: HTML = """
        <svg class="chart" viewBox="0 0 \(Frame.width, decimals: 0) \(Frame.height, decimals: 0)" role="img">
        <title>\(title)</title><text class="title" x="\(Frame.left, decimals: 0)" y="20">\(title)</text>
        """
    for tick in y.ticks {
        let place = Frame.bottom - y.place(of: tick) * (Frame.bottom - Frame.top)
        html += """
            <path class="grid" d="M\(Frame.left, decimals: 0) \(place, decimals: 1)H\(Frame.right, decimals: 0)"/>
            <text class="y" x="\(Frame.left - 8, decimals: 0)" \
            y="\(place, decimals: 1)">\(tick, decimals: y.decimals)</text>
            """
    }
    for tick in x.ticks {
        html += """
            <text class="x" x="\(xPlace(x, tick), decimals: 1)" y="\(Frame.bottom + 8, decimals: 0)">\(Int(tick))</text>
            """
    }
    html += "<text class=\"x axis\" x=\"\((Frame.left + Frame.right) / 2, decimals: 0)\" y=\"286\">epoch</text>"
    for line in lines { html += lineHTML(line, x, y, value) }
    return html + "</svg>"
}

private func lineHTML(_ line: ChartLine, _ x: ChartScale, _ y: ChartScale, _ value: (Curve.Mean) -> Double) -> HTML {
    let points = line.means.filter { ChartScale.canShow(value($0)) }
    guard let last = points.last else { return "" }
    let places = points.map { mean -> HTML in
        let height = Frame.bottom - y.place(of: value(mean)) * (Frame.bottom - Frame.top)
        return "\(xPlace(x, Double(mean.epoch)), decimals: 1) \(height, decimals: 1) "
    }
    return """
        <g class="\(line.colour)"><title>\(line.label): \(value(last), decimals: 4) at epoch \(last.epoch)</title>
        <path stroke-dasharray="\(line.dashes)" d="M\(HTML.joined(places))"/>
        <path class="end" d="M\(places.last!)h0"/></g>
        """
}

/// The first and the last epoch keep off the frame.
private func xPlace(_ x: ChartScale, _ epoch: Double) -> Double {
    Frame.left + 12 + x.place(of: epoch) * (Frame.right - Frame.left - 24)
}
