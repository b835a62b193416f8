import CommandOutput
import Experiment
import Foundation
import Journal

/// What became of the figures and the report at the end of a run. Its tables are safe by then: nothing here can change
/// how it ended.
package struct RunConclusion: Equatable {
    /// In one line; `nil` where all is written.
    package var complaint: String?
    /// What tables and figures leave out, a line each.
    package var omissions: [String] = []
    /// What so few seeds cannot show, in one line; `nil` where there are enough, or nothing to compare.
    package var remark: String?

    package init(complaint: String? = nil, omissions: [String] = [], remark: String? = nil) {
        self.complaint = complaint
        self.omissions = omissions
        self.remark = remark
    }

    /// Draws the figures and writes the report.
    package init(drawnIn directory: String, _ progress: WorkProgress) {
        let results = ResultTables(directory: RunDirectory(path: directory), progress: progress)
        do {
            let contents = try results.reportContents()
            omissions = contents.tables.omissions
            remark = contents.tables.exactTestNote
            let figures = ReportFigures(of: contents.tables, results)
            _ = try results.writeReport(contents, figures: figures.drawn, figureNote: figures.note)
            complaint = figures.note.map { "\($0); then sweep report \(directory)" }
        } catch let failure as CommandFailure {
            complaint = "no figures and report, \(failure.message)"
        } catch {
            complaint = "no figures and report, \(error)"
        }
    }

    /// What is to be said of it, even to those who want to hear little.
    package var notes: [String] { omissions + (complaint.map { [$0] } ?? []) }

    /// The names of the files that a run directory has by then, as people read them.
    package func files(in directory: String) -> [String] {
        let tables = ReportFile.allCases.map(\.rawValue)
            .filter { FileManager.default.fileExists(atPath: "\(directory)/\($0)") }
        return tables + (complaint == nil ? ["figures/", "report.html"] : [])
    }
}
