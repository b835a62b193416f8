import Experiment
import Foundation
import TestSupport
import Testing

/// The coordinator gets another key while its fleet trains.
@Suite(.timeLimit(.minutes(3)))
struct RotationTests {
    private let sandbox: Sandbox

    /// Long enough for a key to change meanwhile.
    init() throws {
        sandbox = try Sandbox()
        try sandbox.write(
            SweepFiles.small(norms: "[bn]", seeds: "[1, 2]", epochs: 120, trainLimit: 400), to: "small.yaml")
    }

    private func rotate(_ options: String...) async throws {
        let result = try await sandbox.run(["keys", "rotate"] + options)
        try #require(result.exitCode == 0, "\(result.errors)")
        #expect(result.output.hasPrefix("The coordinator's key changes "))
    }

    @Test func `the fleet goes on with the new key, with the same bytes, and the old key lets nobody in`() async throws
    {
        let coordinator = try await sandbox.startCoordinator()
        let unused = try await sandbox.invite()
        let worker = try await sandbox.join()
        try await sandbox.waitForEpochs(1, storedBy: coordinator)
        // However fast its trainers are, there is something to train when the key has changed.
        try await sandbox.holding(children(of: worker.processID)) {
            try sandbox.requireUnfinished()
            try await rotate("--grace", "5s")
            let keys = try await sandbox.run("keys")
            #expect(keys.output.hasPrefix("The coordinator's key is changing: old ("), "\(keys.output)")
            let second = try await sandbox.run("keys", "rotate")
            #expect(second.exitCode == 2 && second.errors.contains("changing to"), "\(second.errors)")
            try await sandbox.waitForNextCoordinatorKey(keptBy: worker)
            let change = try await coordinator.waitForEvent("coordinatorKeyChanged")
            #expect(change.unreached == 0)
        }

        // A token of the time before, on another host as far as keys are concerned.
        let refused = try await sandbox.shell(
            "XDG_CONFIG_HOME=$PWD/other exec sweep worker --join \(unused) --slots 1"
        ).result()
        #expect(refused.exitCode == 2, "\(refused.errors)")
        #expect(refused.errors.contains("another key") && refused.errors.contains("sweep invite"), "\(refused.errors)")
        // And one of the time after.
        let late = try await sandbox.join("run", ["--name", "late"])
        try await sandbox.waitForWorker("late", late)

        let result = await coordinator.result()
        #expect(result.exitCode == 0, "\(result.errors)")
        for program in [worker, late] {
            program.send(SIGINT)
            _ = await program.result()
        }
        #expect(try Set(sandbox.rows("run/attempts.csv").map { $0[8] }).isSubset(of: ["completed", "cancelled"]))
        try await sandbox.expectUndisturbedTables()
        let names = try sandbox.files("config/sweep/keys")
        #expect(names.contains("coordinator.former") && !names.contains("coordinator.next"))
    }

    /// Both ends were killed: what they know is on their disks.
    @Test func `a worker and a coordinator that are killed find each other under the new key`() async throws {
        let coordinator = try await sandbox.startCoordinator()
        let endpoint = try await coordinator.endpoint()
        let token = try await sandbox.invite()
        let worker = try sandbox.start("worker", "--join", token, "--slots", "1")
        try await sandbox.waitForEpochs(1, storedBy: coordinator)
        try await sandbox.holding(children(of: worker.processID)) {
            try await rotate("--grace", "1h")
            try await sandbox.waitForNextCoordinatorKey(keptBy: worker)
            for program in [worker, coordinator] {
                program.send(SIGKILL)
                _ = await program.result()
            }
        }
        try await rotate("--now")
        let next = try await sandbox.startCoordinator(at: endpoint)
        try await next.waitForEvent("coordinatorKeyChanged")
        let again = try sandbox.start("worker", "--join", token, "--slots", "1")
        try await sandbox.waitForWorkers(2, again)
        // And once more, with the new key alone.
        again.send(SIGKILL)
        _ = await again.result()
        let last = try sandbox.start("worker", "--join", token, "--slots", "1")
        let result = await next.result()
        #expect(result.exitCode == 0, "\(result.errors)")
        last.send(SIGINT)
        _ = await last.result()
        try await sandbox.expectUndisturbedTables()
    }
}
