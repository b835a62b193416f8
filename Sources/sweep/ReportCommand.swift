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
        let pictures = Pictures(of: results)
        if let note = pictures.note { Output.error("Note: \(note).") }
        do {
            Output.line(try results.writeReport(figures: pictures.drawn, figureNote: pictures.note))
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(String(describing: error))
        }
    }
}

/// The figures of a report, which goes without them where they cannot be drawn.
struct Pictures {
    let drawn: [FigureWriter.Drawn]
    /// Why there are none, in one line; `nil` where there are.
    let note: String?

    init(of results: ResultTables) {
        guard let gnuplot = Gnuplot() else {
            (drawn, note) = ([], "no figures, \(Gnuplot.installation)")
            return
        }
        do {
            (drawn, note) = (try results.writeFigures(with: gnuplot), nil)
        } catch {
            (drawn, note) = ([], "no figures, \(error)")
        }
    }
}

extension Pictures {
    /// Figures and report at the end of a run. Its tables are safe by then: nothing here can change how it ended.
    ///
    /// - Returns: the complaint, in one line; `nil` where all is written.
    static func conclude(_ directory: String) -> String? {
        do {
            let results = try ResultTables(of: RunDirectory(path: directory))
            let pictures = Pictures(of: results)
            _ = try results.writeReport(figures: pictures.drawn, figureNote: pictures.note)
            return pictures.note.map { "\($0); then sweep report \(directory)" }
        } catch let failure as CommandFailure {
            return "no figures and report, \(failure.message)"
        } catch {
            return "no figures and report, \(error)"
        }
    }
}
