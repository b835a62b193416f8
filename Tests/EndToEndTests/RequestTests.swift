import Foundation
import Testing

/// What other terminals ask of a running sweep.
@Suite(.timeLimit(.minutes(5)))
struct RequestTests {
    @Test func `a sweep is paused and resumed and cancelled`() async throws {
        let sandbox = try Sandbox()
        // Longer than the test, which cancels it.
        let file = SweepFiles.small(norms: "[bn]", seeds: "[1, 2]", epochs: 10_000, trainLimit: 200)
        try sandbox.write(file, to: "small.yaml")
        let coordinator = try sandbox.start("run", "small.yaml", "--slots", "1", "--out", "run", "--verbose")
        try await sandbox.waitForEpochs(1, storedBy: coordinator)
        #expect(try await sandbox.run("pause", "--out", "run").exitCode == 0)
        #expect(try await sandbox.status().paused)
        #expect(try await sandbox.run("resume", "--out", "run").exitCode == 0)
        #expect(try await !sandbox.status().paused)

        let running = try await sandbox.run("export", "--out", "run", "--to", "now")
        #expect(running.exitCode == 0)
        let task = try #require(try sandbox.attempts(in: "now").first).task
        let unfinished = try await sandbox.run("replay", task, "--out", "run")
        #expect(unfinished.exitCode == 1 && unfinished.errors.contains("is not finished"), "\(unfinished.errors)")
        let one = try await sandbox.run("cancel", String(task.prefix(10)), "--out", "run")
        #expect(one.output == "1 task cancelled.\n", "\(one.errors)")
        #expect(try await sandbox.run("retry", "--out", "run").output == "1 task tried again.\n")
        #expect(try await sandbox.run("cancel", "--out", "run").output == "2 tasks cancelled.\n")
        let result = await coordinator.result()
        #expect(result.exitCode == 3)
        #expect(result.errors.contains("2 tasks cancelled; sweep retry gives them another chance"), "\(result.errors)")

        let late = try await sandbox.run("pause", "--out", "run")
        #expect(late.exitCode == 1 && late.errors.contains("the sweep does not run now, "), "\(late.errors)")
        #expect(try await sandbox.run("retry", "--out", "run").output.contains("2 tasks will be tried again"))
    }

    @Test func `a drained worker's task goes on elsewhere from its state`() async throws {
        let sandbox = try Sandbox()
        let file = SweepFiles.small(norms: "[bn]", seeds: "[1]", epochs: 40, trainLimit: 300)
        try sandbox.write(file, to: "small.yaml")
        let words = ["run", "small.yaml", "--slots", "1", "--listen", "tcp://127.0.0.1:0", "--out", "run", "--verbose"]
        let coordinator = try sandbox.start(words)
        try await sandbox.waitForEpochs(3, storedBy: coordinator)
        let trainers = children(of: try #require(sandbox.localWorkers.first))
        try #require(trainers.count == 1)
        let (other, local) = try await sandbox.holding(trainers) {
            let other = try await sandbox.join("run", ["--name", "other"])
            try await sandbox.waitForWorker("other", other)
            let local = try #require(try await sandbox.workers().first { $0.worker != "other" }).worker
            #expect(try await sandbox.run("drain", local, "--out", "run").exitCode == 0)
            return (other, local)
        }
        #expect(try await sandbox.run("drain", "nobody", "--out", "run").errors.contains("there are: "))
        #expect(await coordinator.result().exitCode == 0)
        let attempts = try sandbox.attempts()
        #expect(attempts.map(\.outcome) == [.cancelled, .completed])
        #expect(attempts.map { $0.worker == local } == [true, false])
        #expect(attempts.last?.reason.hasPrefix("went on after epoch ") == true)
        try await sandbox.expectUndisturbedTables()
        other.send(SIGTERM)
        #expect(await other.result().exitCode == 0)
    }

    /// The second task keeps the sweep alive; a second worker is the one to train the first task again.
    @Test func `a running sweep replays a task on another worker`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            """
            name: small
            data: shapes
            grid:
              epochs: [1, 10000]
              seed: [1]
            train: {norm: bn, batch_size: 16, train_limit: 200, test_limit: 50}

            """, to: "small.yaml")
        let words = ["run", "small.yaml", "--slots", "1", "--listen", "tcp://127.0.0.1:0", "--out", "run", "--verbose"]
        let coordinator = try sandbox.start(words)
        // The second of the 10,000, which are cancelled at the end.
        try await sandbox.waitForEpochs(3, storedBy: coordinator)
        let other = try await sandbox.join("run", ["--name", "other"])
        try await sandbox.waitForWorker("other", other)
        _ = try await sandbox.run("export", "--out", "run", "--to", "now")
        let finished = try #require(try sandbox.attempts(in: "now").first { $0.outcome == .completed })
        let replay = try await sandbox.run("replay", finished.task, "--out", "run")
        #expect(replay.exitCode == 0, "\(replay.errors)")
        #expect(replay.output == "epoch 1: the same\n")
        let attempts = try await sandbox.attemptsByNow().filter { $0.task == finished.task }
        #expect(attempts.map(\.outcome) == [.completed, .completed])
        #expect(Set(attempts.map(\.worker)).count == 2)
        #expect(try await sandbox.run("cancel", "--out", "run").exitCode == 0)
        #expect(await coordinator.result().exitCode == 3)
        other.send(SIGTERM)
        _ = await other.result()
    }
}
