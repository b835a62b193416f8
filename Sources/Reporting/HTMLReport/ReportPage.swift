import Foundation

/// `report.html`: a whole sweep on one page that needs nothing else, to read, to print and to send.
///
/// A pure function of what is stored: no clock, no network, no script.
public struct ReportPage {
    let tables: SweepTables
    let comparison: ComparisonTable?
    let axisSummary: SummaryTable?
    let noise: NoiseTables?
    let attempts: AttemptTable?
    let facts: RunFacts?
    let paper: PaperText
    let figures: [FigureWriter.Drawn]
    /// Why there are no figures; `nil` where there are.
    let figureNote: String?
    let version: String

    /// - Parameters:
    ///   - figures: each with its picture.
    ///   - version: of this program.
    public init(
        _ contents: ReportContents, figures: [FigureWriter.Drawn], figureNote: String?, version: String
    ) {
        (tables, comparison, axisSummary) = (contents.tables, contents.comparison, contents.axisSummary)
        noise = contents.noise
        attempts = contents.attempts
        paper = PaperText(contents, version: version)
        facts = contents.facts
        self.figures = figures
        self.figureNote = figureNote
        self.version = version
    }

    public var html: String {
        var page = HTMLText()
        page.markup("<!DOCTYPE html>\n<html lang=\"en\">\n")
        page.element("head") { head in
            head.markup("<meta charset=\"utf-8\">\n")
            head.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            head.element("title", "\(name): report")
            head.markup("<style>\n\(reportStyle)</style>\n")
        }
        page.element("body") { body in
            body.element("h1", name)
            for line in summary { body.element("p", line) }
            writeProblems(&body)
            writeResults(&body)
            writeFigures(&body)
            writeHosts(&body)
            writeTasks(&body)
            writePaperTexts(&body)
            writeSweepFile(&body)
        }
        page.markup("</html>\n")
        return page.text
    }

    private var name: String { facts?.name ?? "sweep" }

    private var summary: [String] {
        var lines: [String] = []
        if let facts {
            let tasks = facts.snapshot.progress.tasks
            lines.append("\(tasks.done) of \(tasks.total) tasks done, on \(facts.data.rawValue).")
        }
        if let span = attempts?.span {
            lines.append("From \(span.started) to \(span.ended.isEmpty ? "now" : span.ended).")
        }
        return lines
    }

    // MARK: Figures

    private func writeFigures(_ body: inout HTMLText) {
        body.element("h2", "Figures")
        if let figureNote { body.element("p", figureNote, class: "note") }
        for omission in tables.figureOmissions { body.element("p", "Note: \(omission).", class: "note") }
        body.element("div", class: "figures") { div in
            for (index, drawn) in figures.enumerated() {
                div.element("figure", class: drawn.figure.width > 800 ? "wide" : nil) { figure in
                    figure.markup(inlined(drawn, index: index))
                }
            }
        }
    }

    private func writePaperTexts(_ body: inout HTMLText) {
        body.element("h2", "Words to paste")
        body.element(
            "p",
            "The final table, a paragraph on methods, and BibTeX for what it cites; sweep export --format markdown and "
                + "--format latex print the same.")
        for (title, format) in [("Markdown", PaperFormat.markdown), ("LaTeX", .latex)] {
            body.element("h3", title)
            body.element("pre", paper.text(format))
        }
    }

    private func writeSweepFile(_ body: inout HTMLText) {
        guard let facts else { return }
        body.element("h2", "Sweep file")
        body.element("pre", facts.sweepFile)
    }
}

/// What a page shows, read from the tables at one moment.
public struct ReportContents {
    public let tables: SweepTables
    let comparison: ComparisonTable?
    let axisSummary: SummaryTable?
    let noise: NoiseTables?
    let attempts: AttemptTable?
    let facts: RunFacts?

    /// - Parameter facts: `nil` for a directory that has only the tables.
    /// - Throws: `TableFault`, and what `source` throws.
    public init(_ source: some TableSource, facts: RunFacts?) throws {
        tables = try SweepTables(source)
        comparison = try ComparisonTable(source)
        axisSummary = try SummaryTable(source)
        noise = try NoiseTables(source)
        attempts = try AttemptTable(source)
        self.facts = facts
    }
}

/// gnuplot's SVG as an element of a page: without its head, and with names of its own, since those of a page must
/// differ.
private func inlined(_ drawn: FigureWriter.Drawn, index: Int) -> String {
    let text = String(decoding: drawn.svg, as: UTF8.self)
    guard let start = text.range(of: "<svg") else { return "" }
    return "<svg role=\"img\" aria-label=\"\(HTML.escaped(drawn.figure.title))\""
        + text[start.upperBound...]
        .replacing("id='", with: "id='f\(index)-").replacing("id=\"", with: "id=\"f\(index)-")
        .replacing("href='#", with: "href='#f\(index)-").replacing("url(#", with: "url(#f\(index)-")
        .replacing("<title>Gnuplot</title>", with: "")
}
