import Experiment
import Foundation
import TestSupport
import Testing

/// Who comes in with a token, who does not, and who is put out.
@Suite(.timeLimit(.minutes(3)))
struct JoiningTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
        // Longer than any test; each interrupts it.
        try sandbox.write(
            SweepFiles.small(norms: "[bn]", seeds: "[1, 2]", epochs: 10_000, trainLimit: 400), to: "small.yaml")
    }

    private func startWorker(_ token: String, _ options: String...) throws -> Program {
        try sandbox.start(["worker", "--join", token, "--slots", "1"] + options)
    }

    private func end(_ programs: Program...) async {
        for program in programs {
            program.send(SIGINT)
            _ = await program.result()
        }
    }

    private struct Keys: Decodable {
        struct Row: Decodable {
            var name: String
            var state: String
        }

        var invites: [Row]
        var workers: [Row]
    }

    private func keys() async throws -> Keys {
        let result = try await sandbox.run("keys", "--format", "json")
        try #require(result.exitCode == 0, "\(result.errors)")
        return try JSONDecoder().decode(Keys.self, from: Data(result.output.utf8))
    }

    /// On another host, as far as keys are concerned: it has a home of its own.
    private func thief(_ token: String) throws -> Program {
        try sandbox.shell("XDG_CONFIG_HOME=$PWD/thief exec sweep worker --join \(token) --slots 1")
    }

    @Test func `a token lets one worker in; a second one is refused, and both ends say so`() async throws {
        let coordinator = try await sandbox.startCoordinator()
        let token = try await sandbox.invite(to: "run", "--name", "gpu")
        let worker = try startWorker(token)
        try await sandbox.waitForWorkers(1, worker)
        let second = try await thief(token).result()
        #expect(second.exitCode == 2, "\(second.errors)")
        #expect(second.errors.contains("by another worker, gpu"), "\(second.errors)")
        #expect(try await coordinator.waitForEvent("tokenUsedAgain").label == "gpu")
        let keys = try await keys()
        #expect(keys.invites.map(\.state) == ["used"] && keys.workers.map(\.name) == ["gpu"])
        await end(worker, coordinator)
        #expect(!coordinator.errors.contains(token) && !worker.errors.contains(token))
    }

    /// With the key that it made: the token is used up, and its invite may be gone.
    @Test func `a worker that is started again comes in without the invite`() async throws {
        let coordinator = try await sandbox.startCoordinator()
        let token = try await sandbox.invite(to: "run", "--name", "gpu")
        let first = try startWorker(token)
        try await sandbox.waitForWorkers(1, first)
        first.send(SIGKILL)
        _ = await first.result()
        try FileManager.default.removeItem(atPath: sandbox.file("config/sweep/keys/invites/gpu"))
        let second = try startWorker(token)
        // Under another name, since each process makes one up.
        try await sandbox.waitForWorkers(2, second)
        await end(second, coordinator)
    }

    @Test func `a revoked worker is cut off, says so and ends; another one goes on`() async throws {
        let coordinator = try await sandbox.startCoordinator()
        let tokens = [
            try await sandbox.invite(to: "run", "--name", "bad"), try await sandbox.invite(to: "run", "--name", "good"),
        ]
        let workers = try tokens.map { try startWorker($0) }
        for worker in workers { try await sandbox.waitForWorkers(2, worker) }
        let revoked = try await sandbox.run("revoke", "bad", "--reason", "not ours")
        #expect(revoked.exitCode == 0 && revoked.output.contains("bad is revoked"), "\(revoked.errors)")
        let result = await workers[0].result()
        #expect(result.exitCode == 1, "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count { $0.contains("error: revoked: ") } == 1, "\(result.errors)")
        try await sandbox.waitForAttempts(ended: .workerLost, reason: "its key was revoked")
        let states = try await self.keys().workers.sorted { $0.name < $1.name }
        #expect(states.map(\.state) == ["revoked", "admitted"], "bad and good")
        // It tries again and again to come in with what it has.
        let again = try await startWorker(tokens[0]).result()
        #expect(again.exitCode == 1 && again.errors.contains("error: revoked: "), "\(again.errors)")
        let keys = try await sandbox.run("keys")
        #expect(keys.output.contains(": not ours"), "\(keys.output)")
        let unknown = try await sandbox.run("revoke", "nobody")
        #expect(unknown.exitCode == 2 && unknown.errors.contains("sweep keys"), "\(unknown.errors)")
        #expect(workers[1].isRunning)
        await end(workers[1], coordinator)
    }

    @Test func `a worker waits until it is approved`() async throws {
        let coordinator = try await sandbox.startCoordinator()
        let token = try await sandbox.invite(to: "run", "--name", "gpu", "--approve")
        let worker = try startWorker(token)
        try await worker.waitForError(containing: "sweep keys approve gpu-1")
        let waiting = try await coordinator.waitForEvent("workerWaitsForApproval")
        #expect(waiting.label == "gpu-1" && waiting.address?.hasPrefix("127.0.0.1") == true)
        #expect(try await keys().workers.map(\.state) == ["waiting"])
        let approval = try await sandbox.run("keys", "approve", "gpu-1")
        #expect(approval.exitCode == 0, "\(approval.errors)")
        try await sandbox.waitForWorkers(1, worker)
        #expect(try await keys().workers.map(\.state) == ["admitted"])
        await end(worker, coordinator)
    }

    @Test func `an expired token is refused with the clocks of both ends`() async throws {
        let coordinator = try await sandbox.startCoordinator()
        let token = try await sandbox.invite(to: "run", "--expires", "1s")
        while try await keys().invites.map(\.state) == ["open"] {}
        let worker = try await startWorker(token).result()
        #expect(worker.exitCode == 2, "\(worker.errors)")
        #expect(worker.errors.contains("the token expired at 20"), "\(worker.errors)")
        #expect(worker.errors.contains("where this host's says 20"), "\(worker.errors)")
        await end(coordinator)
    }

    /// Each in a file, on standard input, and as systemd gives it; several workers with one invite.
    @Test func `a token needs no command line`() async throws {
        let coordinator = try await sandbox.startCoordinator()
        let invite = "sweep invite --out run --uses 3 --name gpu 2>/dev/null"
        let made = try await sandbox.shell("umask 077; mkdir token; \(invite) > token/sweep-token").result()
        #expect(made.exitCode == 0, "\(made.errors)")
        let workers = try [
            "exec sweep worker --join token/sweep-token --slots 1",
            "exec sweep worker --join - --slots 1 < token/sweep-token",
            "CREDENTIALS_DIRECTORY=$PWD/token exec sweep worker --slots 1",
        ].map { try sandbox.shell($0) }
        for worker in workers { try await sandbox.waitForWorkers(3, worker) }
        #expect(try await keys().workers.map(\.name) == ["gpu-1", "gpu-2", "gpu-3"])
        for worker in workers { await end(worker) }
        await end(coordinator)
    }
}
