import Foundation
import Testing

/// What becomes of the worker of the coordinator's own host when the coordinator is killed.
@Suite(.timeLimit(.minutes(5)))
struct LocalWorkerTests {
    /// Without a checkpoint that could be gone on from, so every epoch is trained by the attempts that were running.
    @Test func `the next coordinator takes the worker over and nothing is trained twice`() async throws {
        let sandbox = try Sandbox()
        let (_, worker) = try await startAndKill(sandbox)
        let stored = try await sandbox.status()
        #expect(stored.epochsStored >= 2 && stored.done < 4, "killed under way: \(stored)")
        let resumed = try await sandbox.run(run() + patient)
        try #require(resumed.exitCode == 0, "\(resumed.errors)")
        let attempts = try sandbox.attempts()
        #expect(attempts.map(\.outcome) == Array(repeating: .completed, count: 4))
        #expect(Set(attempts.map(\.worker)).count == 1, "one worker throughout: \(attempts)")
        try await sandbox.expectUndisturbedTables()
        try await waitForEnd(of: worker)
    }

    /// The kernel hangs up a stopped process whose parent dies, and has it go on.
    @Test func `a worker outlives its coordinator though it was frozen then`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(seeds: "[1, 2]", epochs: 40, trainLimit: 200), to: "small.yaml")
        let coordinator = try sandbox.start(run() + ["--verbose"])
        try await sandbox.waitForEpochs(2, storedBy: coordinator)
        let worker = try #require(sandbox.localWorkers.first)
        try await freeze(worker)
        try sandbox.requireUnfinished()
        coordinator.send(SIGKILL)
        _ = await coordinator.result()
        // For a host on which it is left to a process of the same session, which the kernel does not count as gone.
        kill(worker, SIGCONT)
        let resumed = try await sandbox.run(run() + patient)
        try #require(resumed.exitCode == 0, "\(resumed.errors)")
        #expect(try sandbox.attempts().map(\.outcome) == Array(repeating: .completed, count: 4))
    }

    @Test func `a sweep that shall not linger leaves nothing running`() async throws {
        let sandbox = try Sandbox()
        let linger = ["--linger", "0", "--checkpoint-every", "0"]
        try await startAndKill(sandbox, linger)
        for process in sandbox.processes { try await waitForEnd(of: process) }
        let resumed = try await sandbox.run(run() + linger)
        try #require(resumed.exitCode == 0, "\(resumed.errors)")
        let outcomes = try sandbox.attempts().map(\.outcome)
        #expect(outcomes.count { $0 == .completed } == 4 && outcomes.contains(.workerLost))
        try await sandbox.expectUndisturbedTables()
    }

    @Test func `a worker that was started otherwise is replaced`() async throws {
        let sandbox = try Sandbox()
        let (_, worker) = try await startAndKill(sandbox)
        let program = try await dismiss(worker, by: run(slots: 1), sandbox)
        let resumed = await program.result()
        try #require(resumed.exitCode == 0, "\(resumed.errors)")
        let attempts = try sandbox.attempts()
        #expect(Set(attempts.map(\.worker)).count == 2)
        #expect(attempts.count { $0.outcome == .completed } == 4)
        #expect(attempts.contains { $0.outcome == .preempted })
        try await sandbox.expectUndisturbedTables()
        try await waitForEnd(of: worker)
    }

    @Test func `a worker that is not wanted any more is dismissed`() async throws {
        let sandbox = try Sandbox()
        let (_, worker) = try await startAndKill(sandbox)
        let coordinator = try await dismiss(worker, by: run(slots: 0) + ["--listen", "tcp://127.0.0.1:0"], sandbox)
        try await waitForEnd(of: worker)
        coordinator.send(SIGINT)
        #expect(await coordinator.result().exitCode == 130)
        #expect(try sandbox.attempts().contains { $0.outcome == .preempted })
        #expect(sandbox.processes.isEmpty)
    }

    @Test func `an interrupt ends a worker that was taken over`() async throws {
        let sandbox = try Sandbox()
        let (_, worker) = try await startAndKill(sandbox, epochs: 10_000)
        let trainers = children(of: worker)
        try #require(!trainers.isEmpty)
        let stored = try await sandbox.status().epochsStored
        let resumed = try sandbox.start(run() + ["--verbose"])
        try await sandbox.waitForEpochs(stored + 1, storedBy: resumed)
        resumed.send(SIGINT)
        #expect(await resumed.result().exitCode == 130)
        for process in [worker] + trainers { try await waitForEnd(of: process) }
    }

    @Test func `a worker that was taken over and dies is followed by another`() async throws {
        let sandbox = try Sandbox()
        let (_, worker) = try await startAndKill(sandbox)
        let stored = try await sandbox.status().epochsStored
        let resumed = try sandbox.start(run() + ["--verbose"])
        try await sandbox.waitForEpochs(stored + 1, storedBy: resumed)
        try await freeze(worker)
        try sandbox.requireUnfinished()
        kill(worker, SIGKILL)
        let result = await resumed.result()
        try #require(result.exitCode == 0, "\(result.errors)")
        #expect(try Set(sandbox.attempts().map(\.worker)).count == 2)
        try await sandbox.expectUndisturbedTables()
    }

    /// Of many tasks, since the coordinator has to be ready for its worker before it has read them.
    @Test func `the next coordinator of a large sweep lets the worker in`() async throws {
        let sandbox = try Sandbox()
        let seeds = (1...10_000).map(String.init).joined(separator: ", ")
        try sandbox.write(SweepFiles.small(seeds: "[\(seeds)]", epochs: 12, trainLimit: 400), to: "small.yaml")
        let killed = try sandbox.start(run() + ["--verbose"])
        try await sandbox.waitForEpochs(2, storedBy: killed)
        let worker = try #require(sandbox.localWorkers.first)
        killed.send(SIGKILL)
        _ = await killed.result()
        let stored = try await sandbox.status().epochsStored
        let resumed = try sandbox.start(run() + ["--verbose"] + patient)
        try await sandbox.waitForEpochs(stored + 1, storedBy: resumed)
        #expect(sandbox.localWorkers == [worker])
        resumed.send(SIGINT)
        #expect(await resumed.result().exitCode == 130)
        let attempts = try sandbox.attempts()
        #expect(Set(attempts.map(\.worker)).count == 1, "one worker throughout: \(attempts)")
        #expect(Set(attempts.map(\.outcome)).isSubset(of: [.completed, .cancelled, .preempted]), "\(attempts)")
    }

    /// With the same options, and with others, after which it should hand over what it has, and cannot.
    @Test(arguments: [2, 1])
    func `a worker that is frozen for good is replaced`(slots: Int) async throws {
        let sandbox = try Sandbox()
        let (_, worker) = try await startAndKill(sandbox)
        try await freeze(worker)
        let resumed = try await sandbox.run(run(slots: slots) + ["--lease", "1"])
        try #require(resumed.exitCode == 0, "\(resumed.errors)")
        let attempts = try sandbox.attempts()
        #expect(Set(attempts.map(\.worker)).count == 2, "the old worker and the new one: \(attempts)")
        #expect(attempts.count { $0.outcome == .completed } == 4)
        try await waitForEnd(of: worker)
        try await sandbox.expectUndisturbedTables()
    }

    /// A worker inherits nothing: the page's port is free for the next coordinator while it lives.
    @Test func `a worker holds no port of its coordinator`() async throws {
        let sandbox = try Sandbox()
        let (killed, worker) = try await startAndKill(sandbox, ["--dashboard", "127.0.0.1:0"])
        let port = try #require(try await killed.page().port)
        let resumed = try await sandbox.run(run() + ["--dashboard", "127.0.0.1:\(port)"])
        #expect(resumed.exitCode == 0, "\(resumed.errors)")
        try await waitForEnd(of: worker)
    }

    // MARK: Steps

    /// A lease that a worker which lives keeps on any host, however busy.
    private let patient = ["--lease", "200"]

    private func run(slots: Int = 2) -> [String] {
        [
            "run", "small.yaml", "--slots", String(slots), "--out", "run", "--checkpoint-every", "1000",
            "--log-format", "json",
        ]
    }

    /// Kills a coordinator while the first tasks train, and returns it, and its worker.
    @discardableResult
    private func startAndKill(
        _ sandbox: Sandbox, _ options: [String] = [], epochs: Int = 40
    ) async throws -> (killed: Program, worker: Int32) {
        try sandbox.write(SweepFiles.small(seeds: "[1, 2]", epochs: epochs, trainLimit: 200), to: "small.yaml")
        let coordinator = try sandbox.start(run() + ["--verbose"] + options)
        try await sandbox.waitForEpochs(2, storedBy: coordinator)
        // What it has stored by now is all that it stores.
        try await freeze(coordinator.processID)
        try sandbox.requireUnfinished()
        let workers = sandbox.localWorkers
        try #require(workers.count == 1)
        coordinator.send(SIGKILL)
        _ = await coordinator.result()
        return (coordinator, workers[0])
    }

    /// Starts a coordinator that does not want the worker. The worker's tasks stand still until it has said so, and
    /// cannot be over before.
    private func dismiss(_ worker: Int32, by words: [String], _ sandbox: Sandbox) async throws -> Program {
        let trainers = children(of: worker)
        try #require(!trainers.isEmpty)
        return try await sandbox.holding(trainers) {
            let coordinator = try sandbox.start(words)
            try await coordinator.waitForEvent("localWorkerDismissed")
            return coordinator
        }
    }
}
