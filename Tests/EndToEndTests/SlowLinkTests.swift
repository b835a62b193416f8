import Foundation
import Testing

/// Stopping a worker, or the sweep, whose states take seconds over the link.
@Suite(.timeLimit(.minutes(5)), .enabled(if: HostNetwork.isPossible, HostNetwork.whyNot))
struct SlowLinkTests {
    /// A coordinator that trains nothing, and a worker of another host with a slot for each of the three tasks, which
    /// have three epochs stored and no checkpoint, and stand still there.
    private struct Fleet {
        let sandbox = try! Sandbox()
        let network: HostNetwork
        private(set) var coordinator: Program!
        private(set) var worker: Program!
        private var trainers: [Int32] = []

        init() async throws {
            try sandbox.write(SweepFiles.small(norms: "[bn]", epochs: 60, trainLimit: 200), to: "small.yaml")
            network = try HostNetwork()
            do {
                coordinator = try await sandbox.startCoordinator(
                    at: "tcp://0.0.0.0:0", with: ["--trust-checkpoints", "--checkpoint-every", "3600"],
                    prefix: network.prefix(host: 0))
                worker = try await join()
                try await sandbox.waitForEpochs(3, ofEachTaskStoredBy: coordinator)
                trainers = children(of: worker.processID)
                try #require(trainers.count == 3)
                for trainer in trainers { try await freeze(trainer) }
            } catch {
                end()
                throw error
            }
        }

        func join(as name: String = "first", slots: Int = 3) async throws -> Program {
            let token = try await sandbox.invite(to: "run", "--address", network.coordinator(seenFrom: 1))
            let worker = try sandbox.start(
                ["worker", "--join", token, "--slots", String(slots), "--name", name], prefix: network.prefix(host: 1))
            try await sandbox.waitForWorker(name, worker)
            return worker
        }

        /// The trainers hear what they were told meanwhile.
        func goOn() {
            for trainer in trainers { kill(trainer, SIGCONT) }
        }

        func end() {
            goOn()
            network.remove()
        }

        /// The bytes of each checkpoint.
        func checkpoints() throws -> [Int] {
            try sandbox.files("run/checkpoints").filter { $0.hasSuffix(".safetensors") }.map { name in
                try Data(contentsOf: URL(fileURLWithPath: sandbox.file("run/checkpoints/\(name)"))).count
            }
        }
    }

    @Test func `a stopped worker gives its tasks back at once and hands every state over once`() async throws {
        let fleet = try await Fleet()
        defer { fleet.end() }
        try fleet.network.shape(linkOfHost: 1, to: "20mbit")
        let before = try await fleet.network.sentByteCount(ofHost: 1)
        fleet.worker.send(SIGTERM)
        fleet.goOn()
        try await fleet.sandbox.waitForAttempts(3, ended: .preempted)
        #expect(fleet.worker.isRunning, "12 MB take five seconds over this link")
        #expect(await fleet.worker.result().exitCode == 0)
        let checkpoints = try fleet.checkpoints()
        #expect(checkpoints.count == 3)
        let stateBytes = checkpoints.reduce(0, +)
        let sent = try await fleet.network.sentByteCount(ofHost: 1) - before
        #expect(sent < stateBytes * 5 / 4, "nothing is sent twice")

        let successor = try await fleet.join(as: "successor")
        #expect(await fleet.coordinator.result().exitCode == 0)
        successor.send(SIGTERM)
        let attempts = try fleet.sandbox.attempts()
        let completed = attempts.filter { $0.outcome == .completed }
        #expect(attempts.count == 6 && attempts.count { $0.outcome == .preempted } == 3)
        #expect(completed.count == 3 && completed.allSatisfy { $0.reason.hasPrefix("went on after epoch ") })
        try await fleet.sandbox.expectUndisturbedTables()
    }

    @Test func `a worker that is told twice leaves now and its tasks go on from what is stored`() async throws {
        let fleet = try await Fleet()
        defer { fleet.end() }
        // The worker's three states would take more than six minutes.
        try fleet.network.shape(linkOfHost: 1, to: "256kbit")
        fleet.worker.send(SIGTERM)
        fleet.goOn()
        try await fleet.sandbox.waitForAttempts(3, ended: .preempted)
        fleet.worker.send(SIGTERM)
        #expect(await fleet.worker.result().exitCode == 0)
        #expect(try fleet.checkpoints().isEmpty)
        try fleet.network.shape(linkOfHost: 1, to: "1gbit")
        let successor = try await fleet.join(as: "successor")
        #expect(await fleet.coordinator.result().exitCode == 0)
        successor.send(SIGTERM)
        try await fleet.sandbox.expectUndisturbedTables()
    }

    @Test func `a sweep that is stopped waits for states that move until it is told twice`() async throws {
        let fleet = try await Fleet()
        defer { fleet.end() }
        try fleet.network.shape(linkOfHost: 1, to: "256kbit")
        fleet.coordinator.send(SIGINT)
        fleet.goOn()
        let awaited = try await fleet.coordinator.waitForEvent("statesAwaited") { $0.count == 3 }
        #expect(awaited.bytes.map { 12_000_000..<13_000_000 ~= $0 } == true, "\(awaited)")
        fleet.coordinator.send(SIGINT)
        let stopped = await fleet.coordinator.result()
        #expect(stopped.exitCode == 130)
        #expect(try fleet.sandbox.files("run/checkpoints").isEmpty, "pieces alone are worth nothing")
        fleet.worker.send(SIGTERM)
        fleet.worker.send(SIGKILL)
        let again = try await fleet.sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run")
        #expect(again.exitCode == 0, "\(again.errors)")
        try await fleet.sandbox.expectUndisturbedTables()
    }
}
