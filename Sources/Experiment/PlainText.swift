extension String {
    /// The text with a space for each control character, which could rewrite a terminal.
    ///
    /// - Parameter kept: control characters that stay.
    public func withoutControls(except kept: Set<Unicode.Scalar> = []) -> String {
        guard unicodeScalars.contains(where: { Self.isControl($0) && !kept.contains($0) }) else { return self }
        return String(UnicodeScalarView(unicodeScalars.map { Self.isControl($0) && !kept.contains($0) ? " " : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .control }
}

/// `text` without control characters and cut to 60 characters, so that an error stays one readable line.
func singleLine(_ text: String) -> String {
    let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(60)))
    return start.withoutControls() + (start.utf8.count == text.utf8.count ? "" : "…")
}
