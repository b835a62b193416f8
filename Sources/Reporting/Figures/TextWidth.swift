/// How wide a text is drawn, in pixels of a figure: an upper bound for the usual sans-serif fonts, since gnuplot does
/// not say which one a viewer will take. DejaVu Sans, the widest of them, has digits of 0.64 em.
package func textWidth(_ text: String, size: Double = FigureFrame.textSize) -> Double {
    Double(text.count) * size * 0.65
}

/// `text` in at most two lines, broken at `separator` as near to the middle as can be, where it is longer than `limit`.
func broken(_ text: String, at separator: String, limit: Int) -> [String] {
    guard text.count > limit else { return [text] }
    let parts = text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    let choices = parts.indices.dropFirst().map { index in
        [parts[..<index].joined(separator: separator), parts[index...].joined(separator: separator)]
    }
    return choices.min { longest($0) < longest($1) } ?? [text]
}

private func longest(_ lines: [String]) -> Int { lines.map(\.count).max() ?? 0 }
