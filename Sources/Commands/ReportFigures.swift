import CommandOutput
import Experiment
import Foundation
import Journal
import Reporting

/// The figures of a report, which goes without them where they cannot be drawn.
package struct ReportFigures {
    package let drawn: [FigureWriter.Drawn]
    /// Why there are none, in one line; `nil` where there are.
    package let note: String?

    package init(of tables: SweepTables, _ results: ResultTables) {
        guard let gnuplot = Gnuplot() else {
            (drawn, note) = ([], "no figures, \(Gnuplot.installation)")
            return
        }
        do {
            (drawn, note) = (try results.writeFigures(tables, with: gnuplot), nil)
        } catch {
            (drawn, note) = ([], "no figures, \(error)")
        }
    }

    /// What became of the figures and the report of a run.
    package struct Conclusion {
        /// In one line; `nil` where all is written.
        package var complaint: String?
        /// What tables and figures leave out, a line each.
        package var omissions: [String] = []

        package init(complaint: String? = nil, omissions: [String] = []) {
            self.complaint = complaint
            self.omissions = omissions
        }

        /// What is to be said of it.
        package var notes: [String] { omissions + (complaint.map { [$0] } ?? []) }

        /// The names of the files that a run directory has by then, as people read them.
        package func files(in directory: String) -> [String] {
            let tables = ReportFile.allCases.map(\.rawValue)
                .filter { FileManager.default.fileExists(atPath: "\(directory)/\($0)") }
            return tables + (complaint == nil ? ["figures/", "report.html"] : [])
        }
    }

    /// Figures and report at the end of a run. Its tables are safe by then: nothing here can change how it ended.
    package static func conclude(_ directory: String, _ progress: WorkProgress) -> Conclusion {
        let results = ResultTables(directory: RunDirectory(path: directory), progress: progress)
        var conclusion = Conclusion()
        do {
            let contents = try results.reportContents()
            conclusion.omissions = contents.tables.omissions
            let figures = ReportFigures(of: contents.tables, results)
            _ = try results.writeReport(contents, figures: figures.drawn, figureNote: figures.note)
            conclusion.complaint = figures.note.map { "\($0); then sweep report \(directory)" }
        } catch let failure as CommandFailure {
            conclusion.complaint = "no figures and report, \(failure.message)"
        } catch {
            conclusion.complaint = "no figures and report, \(error)"
        }
        return conclusion
    }
}
