import Foundation
import TestSupport
import Testing

/// What a sweep does when a process, its disk or its bits fail.
@Suite(.timeLimit(.minutes(5)))
struct RecoveryTests {
    /// The agent's trainer is gone at once, and the task goes on elsewhere where its last checkpoint was taken.
    @Test func `a killed worker's task goes on from its checkpoint`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(norms: "[bn]", seeds: "[1]", epochs: 40, trainLimit: 300), to: "small.yaml")
        let coordinator = try await startCoordinator(sandbox, "--checkpoint-every", "0", "--lease", "2")
        let victim = try await sandbox.join()
        try await sandbox.waitForEpochs(4, storedBy: coordinator)
        let trainers = children(of: victim.processID)
        try #require(trainers.count == 1)
        try await waitUntil("a checkpoint", knowing: coordinator.errors) {
            try sandbox.requireUnfinished()
            return try !sandbox.checkpoints().isEmpty
        }
        // The coordinator hears nothing more of it, however fast its trainer is.
        try await freeze(victim.processID)
        try sandbox.requireUnfinished()
        victim.send(SIGKILL)
        for trainer in trainers { try await waitForEnd(of: trainer) }
        try await sandbox.waitForAttempts(ended: .workerLost)
        let checkpoint = try #require(try sandbox.checkpoints().max())
        let heir = try await sandbox.join()
        #expect(await coordinator.result().exitCode == 0)
        try await sandbox.expectUndisturbedTables()
        let attempts = try sandbox.attempts()
        #expect(attempts.map(\.outcome) == [.workerLost, .completed])
        #expect(attempts.last?.reason == "went on after epoch \(checkpoint)")
        #expect(try sandbox.files("run/checkpoints").isEmpty)
        await dismiss(heir)
    }

    /// A drain: the worker hands over what its trainer reached, and is preempted, which is no failure.
    @Test func `a worker that is stopped hands its state over`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(norms: "[ln]", seeds: "[1]", epochs: 80, trainLimit: 300), to: "small.yaml")
        let coordinator = try await startCoordinator(sandbox, "--checkpoint-every", "1000")
        let first = try await sandbox.join()
        try await sandbox.waitForEpochs(3, storedBy: coordinator)
        await dismiss(first)
        let second = try await sandbox.join()
        #expect(await coordinator.result().exitCode == 0)
        let attempts = try sandbox.attempts()
        #expect(attempts.map(\.outcome) == [.preempted, .completed])
        #expect(attempts.last?.reason.hasPrefix("went on after epoch ") == true)
        await dismiss(second)
    }

    @Test func `a worker that is frozen past its lease does no harm`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            SweepFiles.small(norms: "[bn]", seeds: "[1, 2]", epochs: 40, trainLimit: 300), to: "small.yaml")
        let coordinator = try await startCoordinator(sandbox, "--lease", "2")
        let frozen = try await sandbox.join()
        try await sandbox.waitForEpochs(2, storedBy: coordinator)
        let other = try await sandbox.holding([frozen.processID]) {
            try await sandbox.waitForAttempts(ended: .workerLost)
            let stored = try await sandbox.status().epochsStored
            let other = try await sandbox.join()
            try await sandbox.waitForEpochs(stored + 1, storedBy: coordinator)
            return other
        }
        #expect(await coordinator.result().exitCode == 0)
        try await sandbox.expectUndisturbedTables()
        await dismiss(frozen)
        await dismiss(other)
    }

    @Test(.enabled(if: MemoryLimit.isPossible, "a memory cgroup needs root"))
    func `memory that runs out is told from other kills`() async throws {
        let sandbox = try Sandbox()
        let file = SweepFiles.small(norms: "[bn]", seeds: "[1]", epochs: 1, trainLimit: 5000)
        try sandbox.write(file.replacing("batch_size: 16", with: "batch_size: 4096"), to: "small.yaml")
        let limit = try #require(MemoryLimit(mebibytes: 150))
        let result = try await sandbox.start(
            ["run", "small.yaml", "--slots", "1", "--out", "run"], prefix: limit.prefix
        )
        .result()
        #expect(result.exitCode == 3, "\(result.errors)")
        #expect(try sandbox.attempts().allSatisfy { $0.outcome == .outOfMemory })
    }

    @Test func `a second coordinator of a directory is refused`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(epochs: 4), to: "small.yaml")
        let first = try await startCoordinator(sandbox)
        let second = try await sandbox.run("run", "small.yaml", "--slots", "1", "--out", "run")
        #expect(second.exitCode == 1)
        #expect(second.errors.contains("another sweep run (pid \(first.processID)"), "\(second.errors)")
        first.send(SIGKILL)
        _ = await first.result()
        // A crash leaves no lock behind.
        #expect(try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run").exitCode == 0)
    }

    /// Nothing is acknowledged that nobody would find.
    @Test func `a run directory that is moved ends the sweep which goes on from there`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(norms: "[bn]", epochs: 40, trainLimit: 200), to: "small.yaml")
        let coordinator = try sandbox.start("run", "small.yaml", "--slots", "2", "--out", "run", "--verbose")
        try await sandbox.waitForEpochs(2, storedBy: coordinator)
        try await sandbox.holding([coordinator.processID]) {
            try sandbox.requireUnfinished()
            try FileManager.default.moveItem(atPath: sandbox.file("run"), toPath: sandbox.file("moved"))
        }
        let result = await coordinator.result()
        #expect(result.exitCode == 1 && result.errors.contains("was moved or deleted"), "\(result.errors)")
        #expect(try await sandbox.status(of: "moved").epochsStored >= 2)
        let resumed = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "moved")
        #expect(resumed.exitCode == 0, "\(resumed.errors)")
        try await sandbox.expectUndisturbedTables(in: "moved")
    }

    @Test func `a task is replayed and different bits are found`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(norms: "[bn]", seeds: "[1, 2]", capture: true), to: "small.yaml")
        _ = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run")
        let task = try #require(try sandbox.attempts().first).task
        let same = try await sandbox.run("replay", String(task.prefix(8)), "--out", "run")
        #expect(same.exitCode == 0, "\(same.errors)")
        #expect(same.output == "epoch 1: the same\nepoch 2: the same\n")
        #expect(try sandbox.attempts().filter { $0.task == task }.map(\.reason) == ["", "sweep replay"])
        try sandbox.changeRecord(of: 0, epoch: 2)
        let different = try await sandbox.run("replay", task, "--out", "run", "--threads", "2")
        #expect(different.exitCode == 1)
        #expect(different.output == "epoch 1: the same\nepoch 2: DIFFERENT\n")
        let alarm = "sweep replay; ALARM: other bits than the committed ones in epoch 2"
        #expect(
            try sandbox.attempts().filter { $0.task == task }.map(\.reason) == ["", "sweep replay", alarm])
        #expect(try await sandbox.status().alarms == 1)
        let again = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run")
        #expect(again.exitCode == 0, "\(again.errors)")
        #expect(try await sandbox.status().alarms == 1)
        #expect(try await sandbox.run("replay", "zz", "--out", "run").exitCode == 2)
    }

    @Test func `an audit trains finished tasks again and raises alarms`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(norms: "[bn]", seeds: "[1, 2]"), to: "small.yaml")
        let clean = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "clean", "--audit", "100%")
        #expect(clean.exitCode == 0, "\(clean.errors)")
        #expect(try await sandbox.status(of: "clean").alarms == 0)
        #expect(try sandbox.attempts(in: "clean").map(\.outcome) == Array(repeating: .completed, count: 4))

        _ = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run")
        try sandbox.changeRecord(of: 1, epoch: 1)
        let audited = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run", "--audit", "100%")
        #expect(try await sandbox.status().alarms == 1, "\(audited.errors)")
        let rows = try sandbox.attempts()
        #expect(rows.count == 4)
        #expect(rows.count { $0.reason.contains("ALARM: other bits than the committed ones in epoch 1") } == 1)
        #expect(try await sandbox.run("run", "small.yaml", "--audit", "200%").exitCode == 2)
    }

    // MARK: Steps

    private func startCoordinator(_ sandbox: Sandbox, _ options: String...) async throws -> Program {
        try await sandbox.startCoordinator(with: ["--trust-checkpoints"] + options)
    }

    private func dismiss(_ worker: Program) async {
        worker.send(SIGTERM)
        #expect(await worker.result().exitCode == 0)
    }
}
