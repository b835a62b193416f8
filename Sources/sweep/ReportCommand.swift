import ArgumentParser
import Journal
import Reporting

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
        let results = try ResultTables(of: try selection.path())
        let figures = ReportFigures(of: results)
        if let note = figures.note { Output.error("Note: \(note).") }
        do {
            Output.line(try results.writeReport(figures: figures.drawn, figureNote: figures.note))
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(String(describing: error))
        }
    }
}
