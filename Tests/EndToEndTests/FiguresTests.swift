import Foundation
import Testing

/// The figures and the report of the real binary: by themselves at the end of a run, again while it runs, and from the
/// CSV files alone. `deploy/test` installs gnuplot.
@Suite(.enabled(if: Gnuplots.areHere, "gnuplot-nox is not installed"), .timeLimit(.minutes(3)))
struct FiguresTests {
    @Test func `a run ends with figures and a report which the tables alone give again`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(seeds: "[1, 2]", capture: true), to: "small.yaml")
        let run = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run")
        #expect(run.exitCode == 0, "\(run.errors)")
        let names = try sandbox.files("run/figures")
        try #require(names.count == 22 && names.contains("5-layer_gradients.svg"), "\(names)")
        let page = try sandbox.read("run/report.html")
        #expect(page.contains("4 of 4 tasks done") && page.matches(of: /<svg\s/).count == 11)

        #expect(try await sandbox.run("export", "--out", "run", "--to", "tables").exitCode == 0)
        let again = try await sandbox.run("figures", "tables")
        #expect(again.exitCode == 0, "\(again.errors)")
        #expect(again.output.split(separator: "\n").map(String.init) == names.svgFirst.map { "tables/figures/\($0)" })
        for name in names where name.hasSuffix(".svg") {
            #expect(try sandbox.read("tables/figures/\(name)") == sandbox.read("run/figures/\(name)"), "\(name)")
        }
        let report = try await sandbox.run("report", "--out", "tables")
        #expect(report.exitCode == 0 && report.output == "tables/report.html\n", "\(report.errors)")
    }

    @Test func `a running sweep has figures`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let coordinator = try await sandbox.startCoordinator()
        let figures = try await sandbox.run("figures", "--out", "run")
        #expect(figures.exitCode == 0, "\(figures.errors)")
        #expect(try sandbox.read("run/figures/1-train_loss.svg").contains("No epoch is stored yet."))
        #expect(try await sandbox.run("report", "run").exitCode == 0)
        #expect(try sandbox.read("run/report.html").contains("0 of 6 tasks done"))
        coordinator.send(SIGINT)
        #expect(await coordinator.result().exitCode == 130)
    }

    @Test func `without gnuplot a run is whole and says how to get it`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(norms: "[bn]", seeds: "[1]"), to: "small.yaml")
        let withoutPath = "program=$(command -v sweep); export PATH=/nowhere; \"$program\""
        let run = try await sandbox.shell("\(withoutPath) run small.yaml --slots 1 --out run").result()
        #expect(run.exitCode == 0)
        #expect(run.errors.split(separator: "\n").count { $0.contains("apt-get install gnuplot-nox") } == 1)
        #expect(try sandbox.rows("run/epochs.csv").count == 2)
        #expect(try sandbox.read("run/report.html").contains("apt-get install gnuplot-nox"))
        let figures = try await sandbox.shell("\(withoutPath) figures run").result()
        #expect(figures.exitCode == 1 && figures.output.isEmpty)
        #expect(figures.errors == "error: gnuplot is not installed: apt-get install gnuplot-nox\n")
        let report = try await sandbox.shell("\(withoutPath) report run").result()
        #expect(report.exitCode == 0 && report.output == "run/report.html\n")
    }

    /// With a gnuplot that takes three seconds a picture.
    @Test func `long drawing says how far it is and ends with an interrupt`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(norms: "[bn]", seeds: "[1]"), to: "small.yaml")
        try sandbox.write("#!/bin/sh\nsleep 3; echo '<svg/>'\n", to: "gnuplot")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: sandbox.file("gnuplot"))
        let run = try sandbox.shell("export PATH=\"$PWD:$PATH\"; exec sweep run small.yaml --slots 1 --out run")
        try await run.waitForErrorLine("how many figures are drawn") { $0.contains(/Drawing the figures: \d+ of 11/) }
        run.send(SIGINT)
        let result = await run.result()
        #expect(result.exitCode == 130)
        #expect(result.errors.contains("interrupted; the results are all there, sweep report draws the rest"))
        #expect(try sandbox.rows("run/final.csv").count == 1)
    }

    @Test func `figures that cannot be written do not change how a run ends`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(norms: "[bn]", seeds: "[1]"), to: "small.yaml")
        let start = try await sandbox.startCoordinator()
        start.send(SIGINT)
        #expect(await start.result().exitCode == 130)
        try sandbox.write("in the way", to: "run/figures")
        let run = try await sandbox.run("run", "small.yaml", "--slots", "1", "--out", "run")
        #expect(run.exitCode == 0)
        #expect(run.errors.split(separator: "\n").count { $0.hasPrefix("Note: no figures") } == 1, "\(run.errors)")
        #expect(try sandbox.rows("run/final.csv").count == 1)
    }

    @Test(arguments: [
        (["figures", "nowhere"], 2, "nowhere: no such directory"),
        (["figures", "tables"], 1, "tables/final.csv: missing"),
        (["report", "bad"], 1, "bad/final.csv:1: the columns are not those of sweep"),
        (["figures", "a", "--out", "b"], 2, "give one"),
        (["report"], 2, "--out DIR"),
    ])
    func `a mistake is one line`(_ arguments: [String], exitCode: Int32, complaint: String) async throws {
        let sandbox = try Sandbox()
        for name in ["tables", "bad"] {
            try FileManager.default.createDirectory(atPath: sandbox.file(name), withIntermediateDirectories: false)
        }
        try sandbox.write("name,age\nx,2\n", to: "bad/final.csv")
        let result = try await sandbox.start(arguments).result()
        #expect(result.exitCode == exitCode && result.output.isEmpty)
        #expect(
            result.errors.split(separator: "\n").count == 1 && result.errors.contains(complaint), "\(result.errors)")
    }
}

enum Gnuplots {
    static let areHere = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        access(String($0) + "/gnuplot", X_OK) == 0
    }
}

extension [String] {
    /// Sorted names of figures in the order in which they are drawn: by number, the SVG before the PNG.
    fileprivate var svgFirst: [String] {
        let pairs = stride(from: 0, to: count, by: 2).map { [self[$0 + 1], self[$0]] }
        let numbers = pairs.map { Int($0[0].prefix { $0 != "-" }) ?? 0 }
        return pairs.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }.flatMap { pairs[$0] }
    }
}
