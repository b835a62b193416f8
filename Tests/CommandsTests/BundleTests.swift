import CommandFixtures
import CommandOutput
import Commands
import Experiment
import Foundation
import Journal
import TestSupport
import Testing
import Verification

/// What `sweep bundle` packs out of a journal, and what `sweep verify` makes of it without training.
struct BundleTests {
    private let directory = TemporaryDirectory()

    private func bundle(_ run: ChosenRun, to name: String? = nil) throws -> BundleExport {
        try BundleExport(of: run, to: name.map(directory.file), progress: .onStandardError())
    }

    private func check(_ path: String) throws -> PublishedResults {
        try Publication(named: path).check { _ in }
    }

    @Test func `the same directory gives the same bytes, beside the tables or elsewhere`() throws {
        let run = try directory.run("finished")
        let here = try bundle(run), there = try bundle(run, to: "there.tar")
        #expect(here.path == run.directory.file("fixture.tar") && here.notes.isEmpty)
        #expect(
            try Data(contentsOf: URL(filePath: here.path)) == Data(contentsOf: URL(filePath: there.path)))
    }

    @Test func `a bundle has no finding, and the records of the journal`() throws {
        let run = try directory.run("finished")
        let results = try check(bundle(run).path)
        // That of the attempts does not follow from records.
        #expect(results.findings.isEmpty && results.tableCount == ReportFile.allCases.count - 1)
        #expect(results.version == Version.current)
        #expect(results.tasks.count == 4 && results.digests.recordCount == 12)
        let reader = try run.reader()
        for task in results.tasks {
            let records = try results.records(of: task)
            #expect(records.count == 3)
            for record in records { #expect(try reader.record(of: task.id, epoch: record.epoch) == record) }
        }
    }

    @Test func `a run directory is checked against its journal`() throws {
        let run = try directory.run("finished")
        _ = try TableExport(of: run, to: nil)
        let results = try check(run.directory.path)
        #expect(results.findings.isEmpty && results.tableCount == ReportFile.allCases.count && results.version == nil)
        #expect(results.digests == (try check(bundle(run).path).digests))

        let final = run.directory.file("final.csv")
        let text = try String(contentsOfFile: final, encoding: .utf8)
        try text.replacing("bn,2,", with: "bn,3,").write(toFile: final, atomically: true, encoding: .utf8)
        try FileManager.default.removeItem(atPath: run.directory.file("attempts.csv"))
        try "name: x\n".write(toFile: run.directory.sweepFile, atomically: true, encoding: .utf8)
        #expect(
            try check(run.directory.path).findings.map(\.description) == [
                "sweep.yaml: is not the one that was submitted", "final.csv:2: n is 3, and the records give 2",
                "attempts.csv: is missing",
            ])
    }

    @Test func `what is stored of an unfinished sweep can be published, and it says so`() throws {
        let run = try directory.run("interrupted")
        let export = try bundle(run)
        #expect(export.notes.count == 1 && export.notes[0].contains("not finished; the bundle has what is stored"))
        let results = try check(export.path)
        #expect(results.findings.isEmpty && !results.tasks.isEmpty)
    }

    @Test func `a place without a publication is named`() throws {
        #expect(commandFailure { _ = try Publication(named: directory.file("no")) }?.exitCode == .usage)
        try directory.write("x", to: "x")
        #expect(
            commandFailure { _ = try Publication(named: directory.file("x")) }?.message.contains("no bundle") == true)
        let empty = try directory.makeDirectory("empty")
        #expect(commandFailure { _ = try check(empty) }?.message.contains("no sweep is in this directory") == true)
        let run = try directory.run("finished")
        let refusal = commandFailure { _ = try bundle(run, to: "no/such/place.tar") }
        #expect(refusal?.message.contains("no/such") == true)
    }

    @Test func `a bundle that is written elsewhere leaves the run directory as it was`() throws {
        let run = try directory.run("finished")
        let before = try FileManager.default.contentsOfDirectory(atPath: run.directory.path).sorted()
        _ = try bundle(run, to: "there.tar")
        let after = try FileManager.default.contentsOfDirectory(atPath: run.directory.path).sorted()
        #expect(Set(after).subtracting(before).isSubset(of: ["state.sqlite-shm", "state.sqlite-wal"]))
    }
}
