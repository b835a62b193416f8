// What the numbers below a plot stand for, in columns below the label of the axis: where labels would be too long, or
// could not be told from each other, the tics are numbered.

extension FigureFrame {
    private static let columnGap = 20.0
    private static let firstTag = 100

    /// `1: 8, 0.001` and the like.
    ///
    /// - Parameter limit: of the entries; a last one counts those that are left out.
    static func numbered(_ texts: [String], limit: Int = 60) -> [String] {
        let shown = texts.count > limit ? limit - 1 : texts.count
        let entries = texts.prefix(shown).enumerated().map { "\($0 + 1): \($1)" }
        return shown < texts.count ? entries + ["and \(texts.count - shown) more"] : entries
    }

    private var legendSize: Double { fitting(legend, 12) }

    private var legendColumns: Int {
        let widest = legend.map { textWidth($0, size: legendSize) }.max() ?? 0
        return max(1, Int((width - 2 * Self.edge + Self.columnGap) / (widest + Self.columnGap)))
    }

    private var legendRows: Int { (legend.count + legendColumns - 1) / legendColumns }

    package var legendHeight: Double { legend.isEmpty ? 0 : Self.lineHeight * Double(legendRows) + 1.5 * Self.edge }

    /// The left ends of the entries, column by column.
    package var legendPlaces: [(x: Double, y: Double)] {
        let rows = legendRows
        let cell = (width - 2 * Self.edge + Self.columnGap) / Double(legendColumns)
        return legend.indices.map { index in
            let (column, row) = index.quotientAndRemainder(dividingBy: rows)
            return (Self.edge + cell * Double(column), legendTop + Self.lineHeight * (Double(row) + 0.5))
        }
    }

    func setLegend(_ script: inout GnuplotScript) {
        for (index, place) in legendPlaces.enumerated() {
            label(Self.firstTag + index, legend[index], at: place, size: legendSize, alignment: "left", &script)
        }
    }

    /// The numbers of its labels.
    var legendTags: [Int] { legend.indices.map { Self.firstTag + $0 } }
}
