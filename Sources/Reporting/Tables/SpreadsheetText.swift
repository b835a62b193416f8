/// How texts stand in tables that a spreadsheet may open. It takes a cell that begins with `=` and the like for a
/// formula, and a formula can run a command or send the table away.
///
/// Such a text gets an apostrophe before it, with which spreadsheets mark text. A text that begins with
/// apostrophes and goes on like that gets one, too: whoever takes one apostrophe away has every text back as it was.
///
/// Source: OWASP, "CSV Injection".
enum SpreadsheetText {
    /// The wide ones are other ways to write the first four, in a spreadsheet's eyes too.
    private static let starters: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]

    static func guarded(_ text: String) -> String { isFormula(text[...].unicodeScalars) ? "'" + text : text }

    /// What `guarded` was given.
    static func original(of cell: String) -> String {
        let scalars = cell[...].unicodeScalars
        guard scalars.first == "'", isFormula(scalars) else { return cell }
        return String(String.UnicodeScalarView(scalars.dropFirst()))
    }

    private static func isFormula(_ text: Substring.UnicodeScalarView) -> Bool {
        text.first { $0 != "'" }.map { starters.contains($0) } ?? false
    }
}
