import ChildProcesses
import Foundation
import TestSupport
import Testing

/// Three hosts, as network namespaces joined by veth pairs: each has its own addresses and no other way out.
@Suite(.timeLimit(.minutes(5)))
struct NetworkNamespaceTests {
    @Test(.enabled(if: HostNetwork.isPossible, HostNetwork.whyNot))
    func `a sweep runs on three hosts`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(epochs: 3, trainLimit: 200), to: "small.yaml")
        _ = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "undisturbed")

        let network = try HostNetwork()
        defer { network.remove() }
        let coordinator = try await sandbox.startCoordinator(at: "tcp://0.0.0.0:0", prefix: network.prefix(host: 0))
        let workers = try await join(from: 0..<3, of: network, sandbox)
        let result = await coordinator.result()
        try #require(result.exitCode == 0, "\(result.errors)")
        #expect(try sandbox.rows("run/epochs.csv").count == 6 * 3)
        #expect(try sandbox.read("run/aggregate.csv") == sandbox.read("undisturbed/aggregate.csv"))
        for worker in workers {
            worker.send(SIGTERM)
            #expect(await worker.result().exitCode == 0)
        }
    }

    /// A link that is down, and a route that swallows one direction: each for longer than a lease.
    @Test(.enabled(if: HostNetwork.isPossible, HostNetwork.whyNot))
    func `hosts that are cut off come back`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(epochs: 20, trainLimit: 300), to: "small.yaml")
        _ = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "undisturbed")
        let network = try HostNetwork()
        defer { network.remove() }
        let coordinator = try await sandbox.startCoordinator(
            at: "tcp://0.0.0.0:0", with: ["--lease", "3", "--checkpoint-every", "0"], prefix: network.prefix(host: 0))
        let workers = try await join(from: 1..<3, of: network, sandbox)
        try await waitUntil("a trainer on each host", knowing: coordinator.errors) {
            workers.allSatisfy { !children(of: $0.processID).isEmpty }
        }
        try await sandbox.waitForEpochs(2, storedBy: coordinator)
        // The rest of the sweep may take the other host less than a lease.
        try await sandbox.holding(workers.flatMap { children(of: $0.processID) }) {
            try network.setLink(ofHost: 1, isUp: false)
            try await sandbox.waitForAttempts(ended: .workerLost)
            try network.setLink(ofHost: 1, isUp: true)
            // The coordinator hears the other host, which hears nothing of it.
            try network.setBlackhole(toHost: 2, isThere: true)
        }
        let stored = try await sandbox.status().epochsStored
        try await sandbox.waitForEpochs(stored + 2, storedBy: coordinator)
        try network.setBlackhole(toHost: 2, isThere: false)
        let result = await coordinator.result()
        #expect(result.exitCode == 0, "\(result.errors)")
        for name in ["epochs.csv", "aggregate.csv", "final.csv"] {
            #expect(try sandbox.read("run/\(name)") == sandbox.read("undisturbed/\(name)"), "\(name) differs")
        }
        for worker in workers {
            worker.send(SIGTERM)
            #expect(await worker.result().exitCode == 0)
        }
    }

    /// Starts a worker of one slot on each of `hosts`.
    private func join(from hosts: Range<Int>, of network: HostNetwork, _ sandbox: Sandbox) async throws -> [Program] {
        var workers: [Program] = []
        for host in hosts {
            let token = try await sandbox.invite(to: "run", "--address", network.coordinator(seenFrom: host))
            workers.append(
                try sandbox.start(["worker", "--join", token, "--slots", "1"], prefix: network.prefix(host: host)))
        }
        return workers
    }
}
