import Journal
import Reporting

/// The figures of a report, which goes without them where they cannot be drawn.
struct ReportFigures {
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

    /// Figures and report at the end of a run. Its tables are safe by then: nothing here can change how it ended.
    ///
    /// - Returns: the complaint, in one line; `nil` where all is written.
    static func conclude(_ directory: String) -> String? {
        do {
            let results = try ResultTables(of: RunDirectory(path: directory))
            let figures = ReportFigures(of: results)
            _ = try results.writeReport(figures: figures.drawn, figureNote: figures.note)
            return figures.note.map { "\($0); then sweep report \(directory)" }
        } catch let failure as CommandFailure {
            return "no figures and report, \(failure.message)"
        } catch {
            return "no figures and report, \(error)"
        }
    }
}
