import Experiment
import Foundation
import Testing

/// A sweep of the real binary whose processes are killed, frozen and cut off at random until it ends.
///
/// Three workers join over TCP, one of them through a relay, and one is the coordinator's own. Its seed decides what is
/// struck, though not what it meets: processes keep their own time.
final class Chaos {
    struct Report {
        var exitCode: Int32 = -1
        var errors = ""
        /// By kind.
        var strikes: [String: Int] = [:]
        var killCount: Int { strikes.filter { $0.key.hasSuffix("killed") }.values.reduce(0, +) }
    }

    private enum Strike: CaseIterable {
        case workerKilled, trainerKilled, localWorkerKilled, coordinatorKilled
        case workerFrozen, trainerFrozen, localWorkerFrozen, coordinatorFrozen
        case linkCut, linkDelayed, linkHalfOpen, linkOneWay
    }

    private let sandbox: Sandbox
    private let options: [String]
    private var random: SeededRandom
    private var endpoint = "tcp://127.0.0.1:0"
    private var coordinator: Program
    private var workers: [Program] = []
    private var tokens: [String] = []
    private var relay: Relay?
    private var frozen: [(process: Int32, until: ContinuousClock.Instant)] = []
    private var fairWeatherAt: ContinuousClock.Instant?
    private var report = Report()

    /// - Parameter options: of `sweep run`, besides the address and the slots.
    init(_ sandbox: Sandbox, options: [String], seed: UInt64) async throws {
        self.sandbox = sandbox
        self.options = options
        random = SeededRandom(seed: seed)
        coordinator = try Self.start(sandbox, options, endpoint)
        endpoint = try await coordinator.endpoint()
        tokens = [try await sandbox.invite(), try await sandbox.invite()]
        relay = try Relay(port: UInt16(endpoint.split(separator: ":").last ?? "") ?? 0)
        tokens.append(try await sandbox.invite(to: "run", "--address", "127.0.0.2"))
        for token in tokens { workers.append(try startWorker(token)) }
    }

    /// Strikes until the sweep ends.
    ///
    /// - Parameter killLimit: nothing is killed after so many; the sweep then comes to its end.
    func run(killLimit: Int, pause: ClosedRange<Int>) async throws -> Report {
        while true {
            if try await restartIfEnded() { break }
            try await Task.sleep(for: .milliseconds(random.integer(pause)))
            thaw()
            if report.killCount < killLimit { strike(Strike.allCases[random.integer(0...Strike.allCases.count - 1)]) }
        }
        relay?.stop()
        thaw(all: true)
        for worker in workers {
            worker.send(SIGTERM)
            _ = await worker.result()
        }
        return report
    }

    /// `true` at the end of the sweep. A killed process is followed by another one.
    private func restartIfEnded() async throws -> Bool {
        for index in workers.indices where !workers[index].isRunning {
            workers[index] = try startWorker(tokens[index])
        }
        guard !coordinator.isRunning else { return false }
        let result = await coordinator.result()
        if result.exitCode != 128 + SIGKILL {
            // Three trainers of a task in a row may have been killed before they had anything to show.
            if result.exitCode == 3, try await sandbox.run("retry", "--out", "run").exitCode == 0 {
                report.strikes["tasks given another chance", default: 0] += 1
            } else {
                report.exitCode = result.exitCode
                report.errors = result.errors
                return true
            }
        }
        coordinator = try Self.start(sandbox, options, endpoint)
        return false
    }

    private func strike(_ strike: Strike) {
        let worker = workers[random.integer(0...workers.count - 1)]
        switch strike {
        case .workerKilled: kill(worker.processID, "worker killed")
        case .trainerKilled: if let trainer = anyTrainer() { kill(trainer, "trainer killed") }
        case .localWorkerKilled:
            if let local = sandbox.localWorkers.first { kill(local, "local worker killed") }
        // As often as a fleet would hardly see, and seldom enough for something to happen in between.
        case .coordinatorKilled: if random.integer(0...1) == 0 { kill(coordinator.processID, "coordinator killed") }
        case .workerFrozen: freeze(worker.processID, 1...9000, "worker frozen")
        case .trainerFrozen: if let trainer = anyTrainer() { freeze(trainer, 1...6000, "trainer frozen") }
        case .localWorkerFrozen:
            if let local = sandbox.localWorkers.first { freeze(local, 1...9000, "local worker frozen") }
        case .coordinatorFrozen: freeze(coordinator.processID, 1...5000, "coordinator frozen")
        case .linkCut:
            report.strikes["connections cut", default: 0] += 1
            relay?.cutConnections()
        case .linkDelayed: change(.delayed(milliseconds: random.integer(20...800)), "link delayed")
        case .linkHalfOpen: change(.silent, "link half-open")
        case .linkOneWay: change(.silentUpwards, "link silent one way")
        }
    }

    private func anyTrainer() -> Int32? {
        let agents = workers.map(\.processID) + sandbox.localWorkers
        let trainers = agents.flatMap { children(of: $0) }
        return trainers.isEmpty ? nil : trainers[random.integer(0...trainers.count - 1)]
    }

    private func kill(_ process: Int32, _ kind: String) {
        if Glibc.kill(process, SIGKILL) == 0 { report.strikes[kind, default: 0] += 1 }
    }

    private func freeze(_ process: Int32, _ milliseconds: ClosedRange<Int>, _ kind: String) {
        guard Glibc.kill(process, SIGSTOP) == 0 else { return }
        report.strikes[kind, default: 0] += 1
        frozen.append((process, .now + .milliseconds(random.integer(milliseconds))))
    }

    private func change(_ weather: Relay.Weather, _ kind: String) {
        report.strikes[kind, default: 0] += 1
        relay?.set(weather)
        fairWeatherAt = .now + .milliseconds(random.integer(500...9000))
    }

    private func thaw(all: Bool = false) {
        for (process, _) in frozen.filter({ all || $0.until <= .now }) { Glibc.kill(process, SIGCONT) }
        frozen.removeAll { all || $0.until <= .now }
        guard let end = fairWeatherAt, all || end <= .now else { return }
        relay?.set(.fair)
        fairWeatherAt = nil
    }

    // MARK: Processes

    private static func start(_ sandbox: Sandbox, _ options: [String], _ endpoint: String) throws -> Program {
        try sandbox.start(
            ["run", "small.yaml", "--slots", "1", "--listen", endpoint, "--out", "run", "--log-format", "json"]
                + options)
    }

    private func startWorker(_ token: String) throws -> Program {
        try sandbox.start("worker", "--join", token, "--slots", "1")
    }
}
