import Foundation
import GRDB
import Testing

/// Numbers that no training gives, in the journal of a sweep: every command that reads it comes to its end.
@Suite(.timeLimit(.minutes(3)))
struct ExtremeValueTests {
    /// A finished sweep whose records, attempts and workers hold the greatest and smallest that there are.
    private func extremeRun(_ sandbox: Sandbox) async throws {
        try sandbox.write(SweepFiles.small(seeds: "[1, 2]", trainLimit: 16, capture: true), to: "small.yaml")
        let run = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run")
        try #require(run.exitCode == 0, "\(run.errors)")
        // Whoever finds some later knows that they were drawn of these numbers.
        try FileManager.default.removeItem(atPath: sandbox.file("run/figures"))
        try await DatabaseQueue(path: sandbox.file("run/state.sqlite")).write { database in
            try database.execute(
                sql: """
                    UPDATE records SET train_loss = 1e300, val_loss = -1e300, val_acc = 1e300 WHERE task % 2 = 0;
                    UPDATE records SET train_loss = 1.7976931348623157e308, val_loss = 5e-324, train_acc = -0.0,
                        val_acc = -1.7976931348623157e308 WHERE task % 2 = 1;
                    UPDATE attempts SET started = 9223372036854775807, ended = -9223372036854775808, seconds = 1e308,
                        host = '<b>', reason = '"a,' || char(10) || 'b"', cores = 9223372036854775807;
                    UPDATE workers SET slots = 9223372036854775807, cores = -1, last_seen = 9223372036854775807,
                        processor = printf('%.*c', 100000, 'x');
                    """)
        }
    }

    @Test func `every command that reads the journal comes to its end`() async throws {
        let sandbox = try Sandbox()
        try await extremeRun(sandbox)
        for command in [
            ["status"], ["status", "--format", "json"], ["status", "--watch"], ["workers"],
            ["export", "--to", sandbox.file("tables")], ["figures"], ["report"],
        ] {
            let result = try await sandbox.run(command + ["--out", "run"])
            #expect(result.exitCode == 0, "\(command): \(result.errors)")
        }
        for command in ["figures", "report"] {
            let result = try await sandbox.run(command, "tables")
            #expect(result.exitCode == 0, "\(command) of the tables: \(result.errors)")
        }
        #expect(try sandbox.read("tables/epochs.csv").contains(",1e+300,-1e+300,"))
    }

    @Test func `a run that goes on ends as any other`() async throws {
        let sandbox = try Sandbox()
        try await extremeRun(sandbox)
        let again = try await sandbox.run("run", "small.yaml", "--slots", "1", "--out", "run")
        #expect(again.exitCode == 0, "\(again.errors)")
        #expect(again.output.contains("1e+300"))
        #expect(try sandbox.files("run/figures").count == 22)
    }
}
