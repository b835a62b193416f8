extension String {
    /// The text with a space for each character that nobody sees and that changes how the others are seen.
    ///
    /// - Parameter kept: such characters that stay.
    public func withoutControls(except kept: Set<Unicode.Scalar> = []) -> String {
        guard unicodeScalars.contains(where: { $0.changesOthers && !kept.contains($0) }) else { return self }
        return String(UnicodeScalarView(unicodeScalars.map { $0.changesOthers && !kept.contains($0) ? " " : $0 }))
    }
}

extension Unicode.Scalar {
    /// Control characters could rewrite a terminal; some others turn the direction of writing, so that a name reads as
    /// another one; separators of lines and paragraphs make a row of a table, or of a log, look like two.
    ///
    /// Joiners are none of them: names and emoji are written with them.
    package var changesOthers: Bool {
        guard !isASCII else { return value < 0x20 || value == 0x7F }
        return switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        case .format: properties.isBidiControl
        default: false
        }
    }
}

/// `text` on one line, without what `withoutControls` takes out, and cut: an error stays readable whoever wrote it.
///
/// The limit is one of Unicode scalars: a character may have any number of them.
package func singleLine(_ text: String, limit: Int = 60) -> String {
    let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
    return start.withoutControls() + (start.utf8.count == text.utf8.count ? "" : "…")
}
