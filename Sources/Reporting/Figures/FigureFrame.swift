/// The look that all figures share: a white grid, room for two lines above the plot and for the key below it. Margins
/// are fixed, so that nothing is cut off or overlaps whatever the labels are.
struct FigureFrame {
    var title: String
    /// A line in small print below the title: what is missing, and what the marks mean.
    var note = ""
    var xLabel = ""
    var yLabel = ""

    static let ink = "#222222"
    static let faintInk = "#555555"

    /// The commands before `plot`.
    func open(_ script: inout GnuplotScript) {
        Self.setLook(&script)
        setHeading(&script)
        script.command("set lmargin at screen 0.13")
        script.command("set rmargin at screen 0.97")
        script.command("set tmargin at screen 0.84")
        script.command("set bmargin at screen 0.2")
        script.command(
            "set key at screen 0.54,0.045 center center horizontal reverse Left samplen 4 textcolor rgb '\(Self.ink)'")
        script.command("set xlabel \(GnuplotScript.quoted(xLabel)) textcolor rgb '\(Self.ink)'")
        script.command("set ylabel \(GnuplotScript.quoted(yLabel)) textcolor rgb '\(Self.ink)'")
    }

    static func setLook(_ script: inout GnuplotScript) {
        script.command("set encoding utf8")
        script.command("set border 3 lw 1 lc rgb '\(faintInk)'")
        script.command("set tics nomirror out scale 0.6 textcolor rgb '\(ink)'")
        script.command("set grid back lt 1 dt 1 lw 0.8 lc rgb '#dddddd'")
        script.command("set style fill transparent solid 0.2 noborder")
    }

    /// Labels, since a title of gnuplot has one size and moves with the plot.
    func setHeading(_ script: inout GnuplotScript) {
        // A title of many axes is set smaller rather than cut off.
        let size = title.count <= 62 ? 16 : title.count <= 80 ? 13 : 10
        script.command(label(1, title, y: 0.945, font: "font ',\(size)'"))
        if !note.isEmpty { script.command(label(2, note, y: 0.885, font: "font ',\(note.count <= 95 ? 12 : 10)'")) }
    }

    private func label(_ tag: Int, _ text: String, y: Double, font: String) -> String {
        "set label \(tag) \(GnuplotScript.quoted(text)) at screen 0.5,\(y) center \(font) textcolor rgb '\(Self.ink)'"
    }
}

extension Figure {
    /// A figure that says why there is nothing to see: better than a gap that a reader has to explain.
    static func message(_ lines: [String], name: String, title: String) -> Figure {
        var script = GnuplotScript()
        FigureFrame.setLook(&script)
        FigureFrame(title: title).setHeading(&script)
        script.command("unset border; unset tics; unset grid; unset key")
        for (index, line) in lines.enumerated() {
            let y = 0.55 - 0.07 * Double(index)
            script.command(
                "set label \(index + 3) \(GnuplotScript.quoted(line)) at screen 0.5,\(y) center textcolor rgb "
                    + "'\(FigureFrame.faintInk)'")
        }
        script.command("plot [0:1] [0:1] NaN notitle")
        return Figure(name: name, title: title, script: script)
    }
}
