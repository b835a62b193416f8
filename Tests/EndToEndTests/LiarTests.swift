import Foundation
import Testing

/// A worker whose records are wrong: it is found, named and replaced, and the tables are those of an honest fleet.
///
/// The liar is a real worker with real trainers. A worker checks its images once, and its trainers read them again: so
/// one whose files change between two sweeps trains with other images than it said.
@Suite(.timeLimit(.minutes(5)))
struct LiarTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
        let first = SweepFiles.small(name: "first", norms: "[bn]", seeds: "[9]", epochs: 1)
        let small = SweepFiles.small(epochs: 3, trainLimit: 200)
        for (text, name) in [(first, "first.yaml"), (small, "small.yaml")] {
            try sandbox.write(text.replacing("data: shapes", with: "data: cifar10"), to: name)
        }
        for directory in ["images", "liar-images"] { try sandbox.makeBlackImages(in: directory) }
    }

    private func startCoordinator(_ name: String, at endpoint: String, _ options: String...) async throws -> Program {
        let coordinator = try sandbox.start(
            ["run", "\(name).yaml", "--slots", "0", "--data", "images", "--listen", endpoint, "--out", name] + options)
        try await coordinator.waitForError(containing: "Workers can join")
        return coordinator
    }

    private func join(_ name: String, to run: String, images: String) async throws -> Program {
        try await sandbox.join(run, ["--name", name, "--data", images])
    }

    /// Has served a sweep with the right images, and has others now.
    private func liarAfterFirstSweep() async throws -> (liar: Program, endpoint: String) {
        let first = try await startCoordinator("first", at: "tcp://127.0.0.1:0")
        let liar = try await join("liar", to: "first", images: "liar-images")
        let result = await first.result()
        try #require(result.exitCode == 0, "\(result.errors)")
        let endpoint = try #require(result.errors.firstMatch(of: /tcp:\/\/127\.0\.0\.1:[0-9]+/)).output
        // The class of the first image.
        let file = try #require(FileHandle(forWritingAtPath: sandbox.file("liar-images/data_batch_1.bin")))
        try file.write(contentsOf: Data([1]))
        try file.close()
        return (liar, String(endpoint))
    }

    private struct WorkerRow: Decodable {
        let worker: String
        let verdict: String?
    }

    private func verdicts() async throws -> [String: String] {
        let result = try await sandbox.run("workers", "--out", "small", "--format", "json")
        let rows = try JSONDecoder().decode([WorkerRow].self, from: Data(result.output.utf8))
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.worker, $0.verdict ?? "") })
    }

    @Test func `one liar among four workers is named, and the tables are those of an undisturbed sweep`() async throws {
        let undisturbed = try await sandbox.run(
            "run", "small.yaml", "--slots", "2", "--data", "images", "--out", "undisturbed")
        try #require(undisturbed.exitCode == 0, "\(undisturbed.errors)")
        let (liar, endpoint) = try await liarAfterFirstSweep()

        let coordinator = try await startCoordinator("small", at: endpoint, "--audit", "100%")
        // Each of the four gets a task when it goes on, so the liar has delivered records before it is found.
        #expect(try await sandbox.run("pause", "--out", "small").exitCode == 0)
        var workers = [liar]
        for number in 1...3 {
            workers.append(try await join("honest-\(number)", to: "small", images: "images"))
        }
        for name in ["liar"] + (1...3).map({ "honest-\($0)" }) {
            try await coordinator.waitForError(containing: "Worker \(name) joined")
        }
        #expect(try await sandbox.run("resume", "--out", "small").exitCode == 0)
        let result = await coordinator.result()
        #expect(result.exitCode == 0, "\(result.errors)")

        for name in ["epochs.csv", "aggregate.csv", "final.csv", "comparison.csv"] {
            #expect(try sandbox.read("small/\(name)") == sandbox.read("undisturbed/\(name)"), "\(name) differs")
        }
        try await expectLiarNamed(result)
        for worker in workers {
            worker.send(SIGTERM)
            #expect(await worker.result().exitCode == 0)
        }
    }

    private func expectLiarNamed(_ result: Program.Result) async throws {
        let name = #/ALARM: liar \(key [0-9a-f]+\) lied, or its host computes wrongly/#
        #expect(result.errors.contains(name), "\(result.errors)")
        let attempts = try sandbox.rows("small/attempts.csv")
        let accused = attempts.filter { $0[9...].joined(separator: ",").contains("its key was found to lie") }
        #expect(!accused.isEmpty && Set(accused.map { $0[2] }) == ["liar"])
        let replaced = "its records took the place of those of attempt"
        let replacing = attempts.filter { $0[9...].joined(separator: ",").contains(replaced) }
        #expect(!replacing.isEmpty && replacing.allSatisfy { $0[2].hasPrefix("honest-") }, "\(attempts)")

        let status = try await sandbox.status(of: "small")
        #expect(status.liars.map(\.workers) == [["liar"]] && status.disputes == 0 && status.alarms > 0)
        let text = try await sandbox.run("status", "--out", "small").output
        #expect(text.contains(name), "\(text)")
        let verdicts = try await verdicts()
        #expect(verdicts.filter { $0.value == "lied" }.map(\.key) == ["liar"], "\(verdicts)")
        #expect(verdicts.count == 4)
        let report = try sandbox.read("small/report.html")
        #expect(report.contains(#/liar \(key [0-9a-f]+\) lied, or its host computes wrongly/#))
        #expect(!report.contains("word stands against word"))
    }
}
