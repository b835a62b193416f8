import CoordinatorService
import DurableFiles
import Foundation
import Journal
import Reporting

/// What is known of a sweep in a directory: out of its journal, all of one instant, or where there is none out of its
/// CSV files.
struct ResultTables {
    let directory: RunDirectory
    let tables: SweepTables
    /// `nil` without a journal.
    private let report: Report?
    private let state: JournalState?

    /// - Throws: `CommandFailure`.
    init(of directory: RunDirectory) throws {
        self.directory = directory
        do {
            if FileManager.default.fileExists(atPath: directory.journalFile) {
                let reader = try JournalReader(of: directory)
                let report = try reader.report()
                state = try reader.state()
                self.report = report
                tables = try SweepTables(report)
            } else {
                (report, state) = (nil, nil)
                tables = try SweepTables { try Self.bytes($0, in: directory) }
            }
        } catch let fault as TableFault {
            throw CommandFailure("\(directory)/\(fault)")
        } catch let error as JournalError {
            throw CommandFailure(error.description)
        }
    }

    /// Draws all figures.
    ///
    /// - Throws: `CommandFailure`; `GnuplotFault` and the like where one cannot be drawn.
    func writeFigures(with gnuplot: Gnuplot) throws -> [FigureWriter.Drawn] {
        try FigureWriter(directory: directory.figures, gnuplot: gnuplot).write(tables.figures())
    }

    /// - Parameter figureNote: why there are no figures; `nil` where there are.
    /// - Returns: the path of the page.
    func writeReport(figures: [FigureWriter.Drawn], figureNote: String?) throws -> String {
        let page: ReportPage
        do {
            page = try ReportPage(
                tables: tables, content: content,
                facts: state.map { RunFacts($0) }, figures: figures, figureNote: figureNote, version: Version.current)
        } catch let fault as TableFault {
            throw CommandFailure("\(directory)/\(fault)")
        }
        let path = directory.file("report.html")
        try DurableFile.replace(path, with: Array(page.html.utf8))
        return path
    }

    private func content(of file: ReportFile) throws -> [UInt8]? {
        if let report { return report.content(of: file) }
        return try Self.bytes(file, in: directory)
    }

    /// `nil` where there is no such file.
    private static func bytes(_ file: ReportFile, in directory: RunDirectory) throws -> [UInt8]? {
        let path = directory.file(file.rawValue)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw CommandFailure("\(path): cannot be read: \((error as NSError).localizedDescription)")
        }
    }
}
