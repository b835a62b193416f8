import ArgumentParser
import CommandOutput
import Commands

/// `sweep report`: the page again, with its figures, while a sweep runs or after.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write report.html again: everything of a sweep on one page to send.",
        discussion: """
            The page needs no other file and no network; the figures are drawn with it, also into figures/. Without \
            gnuplot (apt-get install gnuplot-nox) it comes without figures.
            """)

    @OptionGroup var selection: ResultsSelection

    func run() throws {
        let results = ResultTables(directory: try selection.chosen().directory, progress: .onStandardError())
        let contents = try results.reportContents()
        let figures = ReportFigures(of: contents.tables, results)
        let notes =
            (figures.note.map { [$0] } ?? []) + contents.tables.omissions
            + (contents.tables.exactTestNote.map { [$0] } ?? [])
        for note in notes { Output.error("Note: \(note).") }
        Output.line(try results.writeReport(contents, figures: figures.drawn, figureNote: figures.note))
    }
}
