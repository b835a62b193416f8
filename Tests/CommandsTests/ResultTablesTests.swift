import CommandFixtures
import CommandOutput
import Commands
import Foundation
import Journal
import Reporting
import TestSupport
import Testing

/// Figures and report are made of the journal, or of tables alone.
struct ResultTablesTests {
    private let directory = TemporaryDirectory()

    private func results(in path: String) -> ResultTables {
        let terminal = Terminal(isInteractive: false, hasColors: false, write: { _ in }, measure: { nil })
        return ResultTables(directory: RunDirectory(path: path), progress: WorkProgress(terminal))
    }

    @Test func `the tables alone give the same figures as the journal`() throws {
        let run = try directory.run("finished")
        let tables = directory.file("tables")
        _ = try TableExport(of: run, to: tables)
        let stored = try results(in: run.directory.path).figureTables().figures()
        let exported = try results(in: tables).figureTables().figures()
        #expect(!stored.isEmpty)
        #expect(exported.map(\.name) == stored.map(\.name))
    }

    @Test func `the report has the run's facts where there is a journal`() throws {
        let run = try directory.run("finished")
        let tables = directory.file("tables")
        _ = try TableExport(of: run, to: tables)
        let contents = try results(in: run.directory.path).reportContents()
        let path = try results(in: run.directory.path).writeReport(contents, figures: [], figureNote: "no figures, so")
        let page = try String(contentsOfFile: path, encoding: .utf8)
        #expect(path == run.directory.file("report.html"))
        #expect(page.contains("A processor") && page.contains("no figures, so"))
        let bare = try results(in: tables).reportContents()
        let barePath = try results(in: tables).writeReport(bare, figures: [], figureNote: nil)
        #expect(try !String(contentsOfFile: barePath, encoding: .utf8).contains("A processor"))
    }

    @Test func `a table that is wrong is named with its directory`() throws {
        let tables = directory.file("tables")
        _ = try TableExport(of: directory.run("finished"), to: tables)
        _ = try directory.write("no,such,head\n", to: "tables/epochs.csv")
        let failure = commandFailure { _ = try results(in: tables).figureTables() }
        #expect(failure?.message.hasPrefix("\(tables)/epochs.csv") == true, "\(failure?.message ?? "")")
    }

    @Test func `a journal whose sweep file cannot be read fails with words of its own`() throws {
        let run = try directory.run("finished")
        try directory.replaceSweepText(of: run, with: "name: fixture\ngrid: 7\n")
        let failure = commandFailure { _ = try results(in: run.directory.path).figureTables() }
        #expect(
            failure?.message.hasPrefix("state.sqlite: the stored sweep file cannot be read: sweep.yaml:") == true,
            "\(failure?.message ?? "")")
        // Nothing else needs it.
        #expect(try run.reader().state().plan.tasks.count == 4)
        #expect(try run.tasks(["4f"]).count == 1)
    }

    @Test func `whatever becomes of the figures, the end of a run says what there is`() throws {
        let run = try directory.run("finished")
        _ = try TableExport(of: run, to: nil)
        let terminal = Terminal(isInteractive: false, hasColors: false, write: { _ in }, measure: { nil })
        let path = run.directory.path
        var conclusion = RunConclusion(complaint: "no figures", omissions: ["figures of 3 pairs"])
        #expect(conclusion.notes == ["figures of 3 pairs", "no figures"])
        #expect(conclusion.files(in: path).last == "attempts.csv")
        conclusion.complaint = nil
        #expect(conclusion.files(in: path).suffix(2) == ["figures/", "report.html"])
        let missing = RunConclusion(drawnIn: directory.file("missing"), WorkProgress(terminal))
        #expect(missing.complaint?.hasPrefix("no figures and report, ") == true)
        #expect(missing.files(in: directory.file("missing")).isEmpty)
    }
}
