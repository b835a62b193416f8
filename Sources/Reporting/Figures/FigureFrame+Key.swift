// The names of the series, in rows at the lower edge of the figure.

extension FigureFrame {
    /// The height of each row but the first: the distance that gnuplot sets lines in an SVG.
    private static let keyRowHeight = 1.5 * textSize

    /// As wide as gnuplot takes an entry for in an SVG, with its sample of line and mark: it makes columns of what the
    /// plot is wide, and loses entries for which there is no room.
    private static func keyWidth(_ text: String) -> Double { 0.7 * Double(text.count) * textSize + 72 }

    private var widestKey: Double { keys.map(Self.keyWidth).max() ?? 0 }

    /// The key's upper edge, from below.
    var keyTop: Double {
        Self.edge + Self.lineHeight + Self.keyRowHeight * Double(max(1, keyRows.count) - 1)
    }

    /// Entries of the key, as many in a row as there is room for.
    private var keyRows: [[String]] {
        guard !keys.isEmpty else { return [] }
        let columns = max(1, Int(plotWidth / widestKey))
        return stride(from: 0, to: keys.count, by: columns).map { Array(keys[$0..<min($0 + columns, keys.count)]) }
    }

    func setKey(_ script: inout GnuplotScript) {
        let count = keyRows.first?.count ?? 0
        let columns = count == 0 ? "" : " maxcols \(count)"
        let place = (x(centre(ofWidth: widestKey * Double(count))), fromBelow((keyTop + Self.edge) / 2))
        script.command(
            "set key at screen \(place.0),\(place.1) center center horizontal reverse "
                + "Left samplen 4\(columns) textcolor rgb '\(Self.ink)'")
    }

    /// The centres of the entries, for a key that is made of labels.
    package var keyPlaces: [(x: Double, y: Double)] {
        keyRows.enumerated().flatMap { row, entries in
            entries.indices.map { column in
                let cell = max(widestKey, (width - 2 * Self.edge) / Double(max(3, entries.count)))
                let x = width / 2 + (Double(column) - Double(entries.count - 1) / 2) * cell
                return (x, Double(height) - keyTop + Self.lineHeight / 2 + Self.keyRowHeight * Double(row))
            }
        }
    }
}
