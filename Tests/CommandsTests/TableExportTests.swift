import CommandFixtures
import CommandOutput
import Commands
import Foundation
import Journal
import TestSupport
import Testing

/// The CSV files are written again from the journal.
struct TableExportTests {
    private let directory = TemporaryDirectory()

    @Test func `exported tables have the bytes of the run's own`() throws {
        let run = try directory.run("finished")
        let export = try TableExport(of: run, to: directory.file("tables"))
        #expect(export.omissions.isEmpty)
        #expect(
            export.paths.map { $0.dropFirst(directory.path.count) } == [
                "/tables/epochs.csv", "/tables/aggregate.csv", "/tables/final.csv", "/tables/comparison.csv",
                "/tables/summary.csv", "/tables/gradient_norms.csv", "/tables/layer_gradients.csv",
                "/tables/attempts.csv",
            ])
        for name in ["epochs.csv", "attempts.csv"] {
            let written = try Data(contentsOf: URL(filePath: directory.file("tables/\(name)")))
            #expect(try written == Fixtures.data(of: "version-0.1.0/finished/\(name)"))
        }
        let final = try String(contentsOfFile: directory.file("tables/final.csv"), encoding: .utf8)
        #expect(try keepsColumns(final, of: Fixtures.text(of: "version-0.1.0/finished/final.csv")))
    }

    @Test func `nothing is exported into the run directory of a sweep that runs`() throws {
        let run = try directory.run("finished")
        let journal = try Journal.open(in: run.directory)
        let refusal = commandFailure { _ = try TableExport(of: run, to: nil) }
        #expect(
            refusal?.message.hasSuffix(": the sweep runs and keeps its files current; export with --to DIR") == true)
        #expect(try !TableExport(of: run, to: directory.file("tables")).paths.isEmpty)
        try journal.close()
        #expect(try TableExport(of: run, to: nil).paths.count == 8)
    }

    @Test func `a place where nothing can be made is named`() throws {
        let run = try directory.run("finished")
        let file = try directory.write("", to: "file")
        let refusal = commandFailure { _ = try TableExport(of: run, to: file) }
        #expect(refusal?.message.contains(file) == true && refusal?.exitCode == .failed)
    }
}
