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
        // A task takes long enough for a worker to be put out meanwhile.
        let long = SweepFiles.small(name: "long", norms: "[bn]", epochs: 40, trainLimit: 200)
        for (text, name) in [(first, "first.yaml"), (small, "small.yaml"), (long, "long.yaml")] {
            try sandbox.write(text.replacing("data: shapes", with: "data: cifar10"), to: name)
        }
        for directory in ["images", "liar-images"] { try sandbox.makeBlackImages(in: directory) }
    }

    private func startCoordinator(
        _ name: String, at endpoint: String = "tcp://127.0.0.1:0", _ options: String...
    ) async throws -> Program {
        try await sandbox.startCoordinator(
            of: "\(name).yaml", in: name, at: endpoint, with: ["--data", "images"] + options)
    }

    /// Starts a worker whose key has the worker's name.
    private func join(_ name: String, to run: String, images: String) async throws -> Program {
        let token = try await sandbox.invite(to: run, "--name", name)
        return try sandbox.start("worker", "--join", token, "--slots", "1", "--name", name, "--data", images)
    }

    private func runUndisturbed(_ name: String) async throws {
        let result = try await sandbox.run(
            "run", "\(name).yaml", "--slots", "2", "--data", "images", "--out", "undisturbed")
        try #require(result.exitCode == 0, "\(result.errors)")
    }

    private func expectUndisturbedTables(in run: String) throws {
        for name in ["epochs.csv", "aggregate.csv", "final.csv", "comparison.csv"] {
            #expect(try sandbox.read("\(run)/\(name)") == sandbox.read("undisturbed/\(name)"), "\(name) differs")
        }
    }

    /// Has served a sweep with the right images, and has others now.
    private func liarAfterFirstSweep() async throws -> (liar: Program, endpoint: String) {
        let first = try await startCoordinator("first")
        let endpoint = try await first.endpoint()
        let liar = try await join("liar", to: "first", images: "liar-images")
        let result = await first.result()
        try #require(result.exitCode == 0, "\(result.errors)")
        // The class of the first image.
        let file = try #require(FileHandle(forWritingAtPath: sandbox.file("liar-images/data_batch_1.bin")))
        try file.write(contentsOf: Data([1]))
        try file.close()
        return (liar, endpoint)
    }

    @Test func `one liar among four workers is named, and the tables are those of an undisturbed sweep`() async throws {
        try await runUndisturbed("small")
        let (liar, endpoint) = try await liarAfterFirstSweep()

        let coordinator = try await startCoordinator("small", at: endpoint, "--audit", "100%")
        // Each of the four gets a task when it goes on, so the liar has delivered records before it is found.
        #expect(try await sandbox.run("pause", "--out", "small").exitCode == 0)
        var workers = [(name: "liar", process: liar)]
        for name in (1...3).map({ "honest-\($0)" }) {
            workers.append((name, try await join(name, to: "small", images: "images")))
        }
        for worker in workers { try await sandbox.waitForWorker(worker.name, worker.process, in: "small") }
        #expect(try await sandbox.run("resume", "--out", "small").exitCode == 0)
        let result = await coordinator.result()
        #expect(result.exitCode == 0, "\(result.errors)")

        try expectUndisturbedTables(in: "small")
        try await expectLiarNamed()
        for worker in workers {
            worker.process.send(SIGTERM)
            #expect(await worker.process.result().exitCode == 0)
        }
    }

    private func expectLiarNamed() async throws {
        let attempts = try sandbox.attempts(in: "small")
        let accused = attempts.filter { $0.reason.contains("its key was found to lie") }
        #expect(!accused.isEmpty && Set(accused.map(\.worker)) == ["liar"])
        let replacing = attempts.filter { $0.reason.contains("its records took the place of those of attempt") }
        #expect(!replacing.isEmpty && replacing.allSatisfy { $0.worker.hasPrefix("honest-") }, "\(attempts)")

        let status = try await sandbox.status(of: "small")
        #expect(status.liars.map(\.workers) == [["liar"]] && status.disputes == 0 && status.alarms > 0)
        let workers = try await sandbox.workers(of: "small")
        #expect(workers.filter { $0.verdict == "lied" }.map(\.worker) == ["liar"], "\(workers)")
        #expect(workers.count == 4)
        let report = try sandbox.read("small/report.html")
        #expect(report.contains(#/liar \(key [0-9a-f]+\) lied, or its host computes wrongly/#))
        #expect(!report.contains("word stands against word"))
    }

    /// Of one honest worker and one that lies nobody can tell which is which, but their owner can.
    @Test func `what a worker delivered that is revoked and forgotten is trained again, and the tables are right`()
        async throws
    {
        try await runUndisturbed("long")
        let (liar, endpoint) = try await liarAfterFirstSweep()
        let coordinator = try await startCoordinator("long", at: endpoint)
        let honest = try await join("honest", to: "long", images: "images")
        try await sandbox.waitForWorker("honest", honest, in: "long")
        try await sandbox.waitForRecords(of: "liar", storedBy: coordinator, in: "long")
        // Its task is not done before it is put out, however fast it trains.
        let revoked = try await sandbox.holding(children(of: liar.processID)) {
            try sandbox.requireUnfinished("long")
            return try await sandbox.run(
                "revoke", "liar", "--reason", "wrong images", "--forget-results", "--out", "long")
        }
        #expect(revoked.exitCode == 0 && revoked.output.contains("liar is revoked"), "\(revoked.errors)")
        #expect(revoked.output.contains("had a hand in: trained again"), "\(revoked.output)")
        #expect(await liar.result().exitCode == 1)

        let result = await coordinator.result()
        #expect(result.exitCode == 0, "\(result.errors)")
        try expectUndisturbedTables(in: "long")
        try await expectForgotten()
        honest.send(SIGTERM)
        #expect(await honest.result().exitCode == 0)
    }

    private func expectForgotten() async throws {
        let judgements: [String] = try sandbox.journalValues(
            "SELECT verdict || ', ' || reason FROM key_judgements WHERE verdict != 'vouched'", in: "long")
        #expect(judgements.count == 1, "\(judgements)")
        #expect(judgements.first?.contains(/^forgotten, revoked by .+: wrong images$/) == true, "\(judgements)")
        let replacements: [String] = try sandbox.journalValues(
            """
            SELECT DISTINCT wrong.worker || ' by ' || attempts.worker
            FROM replacements JOIN attempts AS wrong USING (task, attempt)
            JOIN attempts ON attempts.task = replacements.task AND attempts.attempt = by_attempt
            """, in: "long")
        #expect(replacements == ["liar by honest"])
        let status = try await sandbox.status(of: "long")
        #expect(status.alarms > 0 && status.disputes == 0 && status.liars.isEmpty)
    }
}
