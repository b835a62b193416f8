/// The results as words to paste into a paper: the final table, a paragraph on methods, and BibTeX for what it cites.
///
/// A pure function of what is stored, as the report is.
public struct PaperText {
    private let table: PaperTable
    private let methods: PaperMethods

    public init(_ contents: ReportContents, version: String) {
        table = PaperTable(contents.tables)
        methods = PaperMethods(contents, version: version)
    }

    /// All of it, with a line feed at its end.
    public func text(_ format: PaperFormat) -> String {
        [table.text(format), methods.text(format), bibliography].joined(separator: "\n")
    }

    var bibliography: String { Bibliography.text(of: methods.citations) }
}
