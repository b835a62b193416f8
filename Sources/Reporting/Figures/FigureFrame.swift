import Experiment

/// The look that all figures share: a white grid, title and note above the plot, the key below it.
///
/// Every margin is computed from the texts that stand in it, and a figure grows where they need more room: so nothing
/// is cut off or overlaps, whatever the numbers and names are. All sizes are in pixels of the SVG.
package struct FigureFrame {
    static let ink = "#222222"
    static let faintInk = "#555555"
    package static let textSize = 14.0
    package static let lineHeight = 18.0
    package static let edge = 10.0
    private static let plotHeight = 320.0
    /// Between a tic's end and its label, with the tic itself.
    private static let ticRoom = 12.0

    var title: String
    /// A line in small print below the title: what is missing, and what the marks mean.
    var note: String
    var xLabel: String
    var yLabel: String
    /// Without what the labels of the horizontal axis need more.
    private let ownWidth: Double
    /// The labels of the vertical axis.
    var yTics: [String]
    /// The labels of the horizontal axis. They need the width of the plot, which does not depend on them.
    package var xTics = TicLabels.none
    /// What numbered tics stand for, below the label of the horizontal axis.
    package var legend: [String] = []
    /// The names of the series.
    var keys: [String]

    package init(
        title: String, note: String = "", xLabel: String = "", yLabel: String = "", width: Double = 800,
        yTics: [String] = [], keys: [String] = []
    ) {
        self.title = title
        self.note = note
        self.xLabel = xLabel
        self.yLabel = yLabel
        ownWidth = width
        self.yTics = yTics
        self.keys = keys
    }

    // MARK: Geometry

    var titleLines: [String] { broken(title, at: ", ", limit: 80) }

    private var noteLines: [String] { note.isEmpty ? [] : broken(note, at: "; ", limit: 110) }

    /// A title of many axes is set smaller rather than cut off.
    private var titleSize: Double { titleLines == [title] && title.count <= 62 ? 16 : fitting(titleLines, 13) }

    private var noteSize: Double { fitting(noteLines, 12) }

    /// The size at which the longest of some lines is no wider than the figure.
    func fitting(_ lines: [String], _ size: Double) -> Double {
        let widest = lines.map { textWidth($0, size: 1) }.max() ?? 0
        return widest == 0 ? size : max(6, min(size, (width - 2 * Self.edge) / widest))
    }

    /// Above the plot.
    package var top: Double { max(80, lastHeadingLine + 25) }

    private var firstNoteLine: Double { 55 + 20 * Double(titleLines.count - 1) }

    /// Where the lowest line of title and note stands.
    package var lastHeadingLine: Double {
        noteLines.isEmpty ? firstNoteLine - 29 : firstNoteLine + 18 * Double(noteLines.count - 1)
    }

    /// Left of the plot, for the vertical axis: the label, which is turned, then those of the tics.
    private var ownLeft: Double {
        let label = yLabel.isEmpty ? 0 : Self.lineHeight + Self.edge
        let tics = yTics.map { textWidth($0) }.max() ?? 0
        return max(104, Self.edge + label + tics + Self.ticRoom)
    }

    private static let ownRight = 24.0

    /// Left of the plot: what its own axis or the labels below take, the longer of them.
    package var left: Double { max(ownLeft, Self.edge + xTics.leftRoom(of: plotWidth)) }

    package var right: Double { max(Self.ownRight, Self.edge + xTics.rightRoom(of: plotWidth)) }

    package var plotWidth: Double { ownWidth - ownLeft - Self.ownRight }

    /// Labels below the plot make the figure wider, not the plot narrower.
    package var width: Double { ownWidth + (left - ownLeft + right - Self.ownRight).rounded(.up) }

    /// Below the plot: tics, label, what the tics stand for, key.
    package var bottom: Double {
        max(100, Self.ticRoom + xTics.height + Self.edge + legendHeight + keyTop + Self.lineHeight)
    }

    /// The lower edge of the tics' labels, from above.
    private var ticBottom: Double { top + Self.plotHeight + Self.ticRoom + xTics.height }

    /// From above, below the label of the axis.
    var legendTop: Double { ticBottom + Self.edge / 2 + (xLabel.isEmpty ? 0 : Self.lineHeight + Self.edge / 2) }

    package var height: Int { Int((top + Self.plotHeight + bottom).rounded(.up)) }

    // MARK: Commands

    /// The commands before `plot`.
    func open(_ script: inout GnuplotScript) {
        Self.setLook(&script)
        setHeading(&script)
        script.command("set lmargin at screen \(x(left))")
        script.command("set rmargin at screen \(x(left + plotWidth))")
        script.command("set tmargin at screen \(y(top))")
        script.command("set bmargin at screen \(fromBelow(bottom))")
        setKey(&script)
        setXLabel(&script)
        setYLabel(&script)
        setLegend(&script)
    }

    /// Where the centre of something below the plot stands: at the plot's middle, or as near to that as the figure has
    /// room.
    func centre(ofWidth width: Double) -> Double {
        let half = Self.edge + width / 2
        return max(half, min(left + plotWidth / 2, self.width - half))
    }

    private func setXLabel(_ script: inout GnuplotScript) {
        let size = fitting([xLabel], Self.textSize)
        let place = (centre(ofWidth: textWidth(xLabel, size: size)), ticBottom + Self.edge / 2 + Self.lineHeight / 2)
        label(3, xLabel, at: place, size: size < Self.textSize ? size : nil, &script)
    }

    /// Turned, left of the tics.
    func setYLabel(_ script: inout GnuplotScript) {
        label(
            4, yLabel, at: (left - ownLeft + Self.edge + Self.lineHeight / 2, top + Self.plotHeight / 2), turned: true,
            &script)
    }

    static func setLook(_ script: inout GnuplotScript) {
        script.command("set encoding utf8")
        script.command("set border 3 lw 1 lc rgb '\(faintInk)'")
        script.command("set tics nomirror out scale 0.6 textcolor rgb '\(ink)'")
        script.command("set grid back lt 1 dt 1 lw 0.8 lc rgb '#dddddd'")
        script.command("set style fill transparent solid 0.2 noborder")
    }

    /// Labels, since a title of gnuplot has one size and moves with the plot. Their numbers are from 1 on and 20 on.
    func setHeading(_ script: inout GnuplotScript) {
        for (index, line) in titleLines.enumerated() {
            label(index == 0 ? 1 : 20, line, at: (width / 2, 26 + 20 * Double(index)), size: titleSize, &script)
        }
        for (index, line) in noteLines.enumerated() {
            let place = (width / 2, firstNoteLine + 18 * Double(index))
            label(index == 0 ? 2 : 21, line, at: place, size: noteSize, &script)
        }
    }

    /// The numbers of the labels that belong to the figure as a whole, and not to each of its panels.
    static let sharedLabels = [1, 2, 4, 20, 21]

    func label(
        _ tag: Int, _ text: String, at place: (Double, Double), size: Double? = nil, turned: Bool = false,
        alignment: String = "center", _ script: inout GnuplotScript
    ) {
        guard !text.isEmpty else { return }
        let font = size.map { " font ',\(shortestText(($0 * 2).rounded(.down) / 2))'" } ?? ""
        script.command(
            "set label \(tag) \(GnuplotScript.quoted(text)) at screen \(x(place.0)),\(y(place.1)) \(alignment)"
                + "\(turned ? " rotate by 90" : "")\(font) textcolor rgb '\(Self.ink)'")
    }

    // MARK: Parts of the whole picture

    func x(_ pixels: Double) -> String { Self.share(pixels / width) }

    /// From the upper edge.
    func y(_ pixels: Double) -> String { Self.share(1 - pixels / Double(height)) }

    func fromBelow(_ pixels: Double) -> String { Self.share(pixels / Double(height)) }

    private static func share(_ value: Double) -> String { shortestText((value * 10_000).rounded() / 10_000) }
}

extension GnuplotScript {
    /// Sets the vertical axis with its own tics: gnuplot would choose others, with labels of its own.
    mutating func setY(_ values: ValueAxis) {
        command("set yrange \(range(values))")
        let tics = values.tics.map { "\(Self.quoted($0.label)) \(shortestText($0.place))" }
        command("set ytics (\(tics.joined(separator: ", ")))")
    }

    /// Sets the horizontal axis in the same way, with those labels that the frame has room for.
    mutating func setX(_ values: ValueAxis, _ frame: FigureFrame) {
        command("set xrange \(range(values))")
        set(frame.xTics)
    }

    private func range(_ values: ValueAxis) -> String {
        "[\(shortestText(values.range.lowerBound)):\(shortestText(values.range.upperBound))]"
    }
}

extension Figure {
    init(name: String, title: String, _ frame: FigureFrame, script: GnuplotScript) {
        self.init(name: name, title: title, width: Int(frame.width), height: frame.height, script: script)
    }

    /// A figure that says why there is nothing to see: better than a gap that a reader has to explain.
    static func message(_ lines: [String], name: String, title: String) -> Figure {
        var script = GnuplotScript()
        let frame = FigureFrame(title: title)
        FigureFrame.setLook(&script)
        frame.setHeading(&script)
        script.command("unset border; unset tics; unset grid; unset key")
        for (index, line) in lines.enumerated() {
            let y = 0.55 - 0.07 * Double(index)
            script.command(
                "set label \(index + 3) \(GnuplotScript.quoted(line)) at screen 0.5,\(y) center textcolor rgb "
                    + "'\(FigureFrame.faintInk)'")
        }
        script.command("plot [0:1] [0:1] NaN notitle")
        return Figure(name: name, title: title, frame, script: script)
    }
}
