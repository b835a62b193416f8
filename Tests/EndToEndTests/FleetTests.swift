import Foundation
import Testing

/// Sweeps of the real binary with workers that come, go and are killed.
@Suite(.timeLimit(.minutes(5)))
struct FleetTests {
    private static let results = ["epochs.csv", "aggregate.csv", "final.csv", "comparison.csv"]

    @Test func `a sweep on this host stores every epoch and prints the table`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(capture: true), to: "small.yaml")
        let result = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run")
        try #require(result.exitCode == 0, "\(result.errors)")
        #expect(try sandbox.rows("run/epochs.csv").count == 6 * 2)
        #expect(try sandbox.rows("run/aggregate.csv").count == 2 * 2)
        #expect(try sandbox.rows("run/final.csv").map { $0.dropFirst().first } == ["3", "3"])
        #expect(try sandbox.rows("run/gradient_norms.csv").count == 6 * 2 * 6)
        #expect(try sandbox.attempts().count == 6)
        #expect(try sandbox.read("run/sweep.yaml") == SweepFiles.small(capture: true))
        try expectTable(result.output, of: "run/final.csv", in: sandbox)

        let again = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run")
        #expect(again.exitCode == 0 && again.output == result.output)
        #expect(try sandbox.attempts().count == 6)
    }

    /// The printed table has the numbers of `final.csv`, rounded for people.
    private func expectTable(_ output: String, of name: String, in sandbox: Sandbox) throws {
        let head = try sandbox.read(name).prefix { $0 != "\n" }.split(separator: ",").map(String.init)
        let rows = try sandbox.rows(name).map { cells in Dictionary(uniqueKeysWithValues: zip(head, cells)) }
        func text(_ row: [String: String], _ metric: String, _ decimals: Int) throws -> String {
            let values = try ["mean", "std"].map { try #require(Double(row["\(metric)_\($0)"] ?? "")) }
            return values.map { String(format: "%.\(decimals)f", $0) }.joined(separator: " ± ")
        }
        let expected = try rows.map { row in
            let metrics = try [("val_acc", 2), ("best_val_acc", 2), ("val_loss", 4)].map { try text(row, $0, $1) }
            return ["\(row["norm"] ?? "")", "\(row["n"] ?? "")/3"] + metrics
        }
        let printed = output.split(separator: "\n").map { line in
            line.split(separator: /\ {2,}/).map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(
            printed == [["norm", "n", "val_acc % ± std", "best % ± std", "val_loss ± std"]] + expected, "\(output)")
        #expect(expected.map(\.first) == ["bn", "ln"])
    }

    /// One worker waits before the sweep's tasks are given out, one joins while it runs, one is killed in mid-task.
    @Test func `workers join and die while the sweep runs`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(epochs: 12, trainLimit: 200), to: "small.yaml")
        let undisturbed = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "undisturbed")
        try #require(undisturbed.exitCode == 0, "\(undisturbed.errors)")

        let coordinator = try await sandbox.startCoordinator()
        let victim = try await sandbox.join("run")
        try await sandbox.waitForEpochs(1, storedBy: coordinator)
        try await freeze(victim.processID)
        try sandbox.requireUnfinished()
        victim.send(SIGKILL)
        let others = [try await sandbox.join("run"), try await sandbox.join("run")]
        let result = await coordinator.result()
        try #require(result.exitCode == 0, "\(result.errors)")
        #expect(try sandbox.rows("run/epochs.csv").count == 6 * 12)
        #expect(try sandbox.attempts().map(\.outcome).contains(.workerLost))
        for name in Self.results {
            #expect(try sandbox.read("run/\(name)") == sandbox.read("undisturbed/\(name)"), "\(name) differs")
        }
        // A worker outlives its coordinator, and leaves when it is asked to.
        for worker in others {
            #expect(kill(worker.processID, 0) == 0)
            worker.send(SIGTERM)
            #expect(await worker.result().exitCode == 0)
        }
    }

    @Test func `a worker serves the next coordinator of the same address`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(name: "first", seeds: "[1]"), to: "first.yaml")
        try sandbox.write(SweepFiles.small(name: "second", seeds: "[2]"), to: "second.yaml")
        let first = try await sandbox.startCoordinator(of: "first.yaml", in: "first")
        let endpoint = try await first.endpoint()
        let worker = try await sandbox.join("first")
        #expect(await first.result().exitCode == 0)

        let second = try await sandbox.run(
            "run", "second.yaml", "--slots", "0", "--listen", endpoint, "--out", "second")
        #expect(second.exitCode == 0, "\(second.errors)")
        worker.send(SIGTERM)
        #expect(await worker.result().exitCode == 0)
    }

    @Test func `an interrupt stores everything and the same command goes on`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(epochs: 30, trainLimit: 200), to: "small.yaml")
        let stopped = try sandbox.start("run", "small.yaml", "--slots", "2", "--out", "run", "--verbose")
        try await sandbox.waitForEpochs(2, storedBy: stopped)
        stopped.send(SIGINT)
        let result = await stopped.result()
        #expect(result.exitCode == 130, "\(result.errors)")
        #expect(result.errors.contains("the same command goes on"))
        #expect(try sandbox.rows("run/epochs.csv").count >= 2)
        let resumed = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run")
        #expect(resumed.exitCode == 0, "\(resumed.errors)")
        #expect(try sandbox.rows("run/epochs.csv").count == 6 * 30)
    }

    /// The terminal goes away: as Ctrl-C, unless it was started to outlive it.
    @Test func `a terminal that goes away interrupts unless nohup was said`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(norms: "[bn]", epochs: 60, trainLimit: 200), to: "small.yaml")
        let command = "sweep run small.yaml --slots 2 --out run --verbose"
        let left = try sandbox.shell("exec \(command)")
        try await sandbox.waitForEpochs(2, storedBy: left)
        left.send(SIGHUP)
        #expect(await left.result().exitCode == 130)
        let stored = try await sandbox.status().epochsStored
        let outliving = try sandbox.shell("trap '' HUP; exec \(command)")
        try await sandbox.waitForEpochs(stored + 1, storedBy: outliving)
        outliving.send(SIGHUP)
        #expect(await outliving.result().exitCode == 0)
    }

    /// A host without the images is told apart from a bad task: the sweep waits for one that has them.
    @Test func `a host without the images fails no task`() async throws {
        let sandbox = try Sandbox()
        let file = SweepFiles.small(norms: "[bn]", seeds: "[1, 2, 3, 4]", epochs: 1)
        try sandbox.write(file.replacing("data: shapes", with: "data: cifar10"), to: "small.yaml")
        try sandbox.makeBlackImages(in: "images")
        let coordinator = try await sandbox.startCoordinator(with: ["--data", "images"])
        let bare = try await sandbox.join("run")
        try await sandbox.waitForAttempts(ended: .unfit, reason: "sweep data fetch")
        let fit = try await sandbox.join("run", ["--data", "images"])
        let result = await coordinator.result()
        #expect(result.exitCode == 0, "\(result.errors)")
        let outcomes = try sandbox.attempts().map(\.outcome)
        #expect(outcomes.count { $0 == .unfit } == 1, "it gets nothing more: \(outcomes)")
        #expect(outcomes.count { $0 == .completed } == 4, "\(outcomes)")
        for worker in [bare, fit] {
            worker.send(SIGTERM)
            #expect(await worker.result().exitCode == 0)
        }
    }

    @Test func `trainers die with their agent`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(epochs: 10_000, trainLimit: 200), to: "long.yaml")
        let coordinator = try await sandbox.startCoordinator(of: "long.yaml")
        let worker = try await sandbox.join("run")
        try await sandbox.waitForEpochs(1, storedBy: coordinator)
        let trainers = children(of: worker.processID)
        try #require(!trainers.isEmpty)
        worker.send(SIGKILL)
        _ = await worker.result()
        for trainer in trainers {
            try await waitForEnd(of: trainer)
        }
        coordinator.send(SIGINT)
        #expect(await coordinator.result().exitCode == 130)
    }
}
