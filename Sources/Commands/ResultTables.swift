import CommandOutput
import DurableFiles
import Experiment
import Foundation
import Journal
import Reporting
import Results

/// What is known of a sweep in a directory: out of its journal, all of one instant, or where there is none out of its
/// CSV files. Read piece by piece, never as a whole.
package struct ResultTables {
    private let directory: RunDirectory
    private let progress: WorkProgress

    package init(directory: RunDirectory, progress: WorkProgress) {
        self.directory = directory
        self.progress = progress
    }

    /// What the figures show.
    ///
    /// - Throws: `CommandFailure`.
    package func figureTables() throws -> SweepTables { try read { source, _ in try SweepTables(source) } }

    /// What the report shows.
    ///
    /// - Throws: `CommandFailure`.
    package func reportContents() throws -> ReportContents {
        try read { source, facts in try ReportContents(source, facts: try facts()) }
    }

    /// Words for a paper.
    ///
    /// - Throws: `CommandFailure`.
    package func paperText(_ format: PaperFormat) throws -> String {
        PaperText(try reportContents(), version: Version.current).text(format)
    }

    private func read<Value>(
        _ body: (any TableSource, _ facts: () throws -> RunFacts?) throws -> Value
    ) throws -> Value {
        defer { progress.end() }
        do {
            guard FileManager.default.fileExists(atPath: directory.journalFile) else {
                return try body(watched(TableFiles(in: directory.path)), { nil })
            }
            return try JournalReader(of: directory).readReport { report in
                try body(watched(report), report.runFacts)
            }
        } catch let fault as TableFault {
            throw CommandFailure("\(directory)/\(fault)")
        } catch let error as JournalError {
            throw CommandFailure(error.description)
        } catch let fault as FileFault {
            throw CommandFailure(fault.description)
        }
    }

    private func watched(_ source: any TableSource) -> any TableSource {
        WatchedTables(source) { [progress] file, byteCount in
            progress.show("Reading \(file.rawValue): \(megabytesText(byteCount))")
        }
    }

    /// Draws all figures.
    ///
    /// - Returns: the paths of their files.
    /// - Throws: `CommandFailure`, also where there is no gnuplot.
    package func drawFigures(_ tables: SweepTables) throws(CommandFailure) -> [String] {
        guard let gnuplot = Gnuplot() else { throw CommandFailure(Gnuplot.installation) }
        do {
            return try writeFigures(tables, with: gnuplot).flatMap(\.paths)
        } catch {
            throw CommandFailure(String(describing: error))
        }
    }

    /// Draws all figures.
    ///
    /// - Throws: `CommandFailure`; `GnuplotFault` and the like where one cannot be drawn.
    package func writeFigures(_ tables: SweepTables, with gnuplot: Gnuplot) throws -> [FigureWriter.Drawn] {
        defer { progress.end() }
        progress.show("Drawing the figures")
        let figures = tables.figures()
        return try FigureWriter(directory: directory.figures, gnuplot: gnuplot).write(figures) { [progress] done in
            progress.show("Drawing the figures: \(done) of \(figures.count)")
        }
    }

    /// - Parameter figureNote: why there are no figures; `nil` where there are.
    /// - Returns: the path of the page.
    /// - Throws: `CommandFailure` where it cannot be written.
    package func writeReport(
        _ contents: ReportContents, figures: [FigureWriter.Drawn], figureNote: String?
    ) throws(CommandFailure) -> String {
        let page = ReportPage(contents, figures: figures, figureNote: figureNote, version: Version.current)
        let path = directory.file("report.html")
        do {
            try DurableFile.replace(path, with: Array(page.html.utf8))
        } catch {
            throw CommandFailure(error.description)
        }
        return path
    }
}
