import Experiment
import Logging
import Messages
import Scheduling
import Testing
import Transport
import Wire
import WorkerAgent

/// A loop's surroundings without a socket, a process and a clock that goes by itself: a coordinator that stores all it
/// hears, trainers that only say that they were started, and time that passes when nothing else happens.
final class PretendSurroundings: AgentSurroundings {
    final class Trainer: RunningTrainer {
        let start: TrainerStart
        private let onStop: () -> Void

        init(_ start: TrainerStart, onStop: @escaping () -> Void) {
            self.start = start
            self.onStop = onStop
        }

        func stop() { onStop() }
    }

    static let facts = HostFacts(host: "here", processor: "p", cores: 4, kernels: "avx2", build: "1")
    private static let patience = 1_000

    private(set) var now = Instant(sinceOrigin: .zero)
    /// What happens next, a step at a time, each when nothing is left of the one before.
    var steps: [[AgentEvent]]
    private var arrived: [AgentEvent] = []
    private var idleCount = 0
    /// What the worker said, but for heartbeats.
    private(set) var said: [WorkerMessage] = []
    /// The running attempts of each heartbeat.
    private(set) var heartbeats: [[AttemptKey]] = []
    private(set) var trainers: [Trainer] = []
    private(set) var stopped: [AttemptKey] = []
    private(set) var checkpointIntervals: [Duration] = []
    /// Why the next trainers do not start, each once.
    var startFaults: [any Error] = []

    init(_ steps: [[AgentEvent]]) {
        self.steps = steps
    }

    /// Lets a worker of one slot live.
    ///
    /// - Throws: what ended it.
    @discardableResult
    func run(linger: Duration = .seconds(60), canEnrol: Bool = false) throws -> AgentLoop.Ending {
        let token = try JoinToken(
            endpoint: Endpoint("tcp://192.0.2.1:5555"), coordinatorKey: CurveKeyPair.generate().publicKey,
            workerKeys: .generate())
        var configuration = WorkerConfiguration(
            token: token, name: WorkerID(rawValue: "w")!, slots: 1, dataDirectory: nil,
            trainer: TrainerLaunch(executable: "none", arguments: [], name: "none"), build: "1")
        configuration.policy.linger = linger
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try AgentLoop(
            configuration, facts: Self.facts, surroundings: self, log: log, canEnrol: canEnrol
        ).run()
    }

    // MARK: AgentSurroundings

    func events(until deadline: Instant) -> [AgentEvent] {
        if arrived.isEmpty {
            // So long the next step lets wait for it at most; without one, nothing comes.
            now = max(now, steps.isEmpty ? deadline : min(deadline, now + .seconds(2)))
            if steps.isEmpty { idleCount += 1 } else { arrived = steps.removeFirst() }
        }
        if idleCount > Self.patience {
            Issue.record("the worker does not end; it said \(said)")
            arrived = [.occurred(.leaveInsisted)]
        }
        defer { arrived = [] }
        return arrived
    }

    func send(_ bytes: [UInt8]) -> SendOutcome {
        do {
            let envelope = try WorkerEnvelope(decoding: bytes)
            #expect(envelope.worker.rawValue == "w")
            hear(envelope.message)
        } catch {
            Issue.record(error)
        }
        return .queued
    }

    func startTrainer(_ start: TrainerStart, checkpointInterval: Duration) throws -> any RunningTrainer {
        if !startFaults.isEmpty { throw startFaults.removeFirst() }
        checkpointIntervals.append(checkpointInterval)
        let trainer = Trainer(start) { [unowned self] in
            stopped.append(start.key)
            let end = AttemptEnd(outcome: .killed, reason: "stopped", seconds: 1)
            arrived.append(.occurred(.trainerEnded(start.key, end)))
        }
        trainers.append(trainer)
        return trainer
    }

    /// The keys that were kept, and why the next ones are not, each once.
    private(set) var keptKeys: [String] = []
    var keepFaults: [TransportError] = []

    func keep(coordinatorKey: String) throws(TransportError) {
        if !keepFaults.isEmpty { throw keepFaults.removeFirst() }
        keptKeys.append(coordinatorKey)
    }

    func loadImages(_ name: DataSetName) {
        arrived.append(.imagesLoaded(name, .success(Self.digest)))
    }

    // MARK: The coordinator

    static let digest = DataDigest(rawValue: String(repeating: "0a", count: 32))!

    static func message(_ message: CoordinatorMessage) -> AgentEvent { .dealer(.message(message.encoded())) }

    private func hear(_ message: WorkerMessage) {
        if case .heartbeat(let running, _) = message { heartbeats.append(running) } else { said.append(message) }
        switch message {
        case .hello:
            answer(.welcome(sweep: "pretend", heartbeat: .seconds(2), checkpointInterval: .seconds(7)))
        case .record(let key, let record): answer(.recordStored(key, epoch: record.epoch))
        case .ended(let key, _, _): answer(.endStored(key))
        case .heartbeat(_, let number?): answer(.heartbeatHeard(number: number))
        case .heartbeat, .goodbye, .checkpointPiece, .checkpointRequest, .keyKept: break
        }
    }

    private func answer(_ message: CoordinatorMessage) { arrived.append(Self.message(message)) }
}
