import Foundation
import Testing

/// A worker that reaches no coordinator says so, and an invitation says which address it names.
@Suite(.timeLimit(.minutes(2)))
struct UnreachableTests {
    @Test func `a worker that reaches nobody says why`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let coordinator = try await sandbox.startCoordinator()
        let token = try await sandbox.invite()
        coordinator.send(SIGINT)
        #expect(await coordinator.result().exitCode == 130)
        let worker = try sandbox.start("worker", "--join", token, "--slots", "1")
        try await worker.waitForError(containing: "connection refused, nothing listens there")
        worker.send(SIGTERM)
        #expect(await worker.result().exitCode == 0)
    }

    @Test(.enabled(if: HostNetwork.isPossible, HostNetwork.whyNot))
    func `an invitation to all addresses names the one it chose and the others`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let network = try HostNetwork()
        defer { network.remove() }
        let coordinator = try await sandbox.startCoordinator(at: "tcp://0.0.0.0:0", prefix: network.prefix(host: 0))
        let invitation = try await sandbox.start(["invite", "--out", "run"], prefix: network.prefix(host: 0)).result()
        #expect(invitation.exitCode == 0)
        #expect(
            invitation.errors.contains(
                "at 10.99.1.1 (v1), of several addresses; --address ADDR chooses another: 10.99.2.1 (v2)."),
            "\(invitation.errors)")
        let named = try await sandbox.start(
            ["invite", "--out", "run", "--address", "fd00::7"], prefix: network.prefix(host: 0)
        ).result()
        #expect(named.exitCode == 0 && !named.errors.contains("of several"), "\(named.errors)")
        coordinator.send(SIGINT)
        #expect(await coordinator.result().exitCode == 130)
    }
}
