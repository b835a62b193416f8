import ChildProcesses
import Experiment
import Foundation
import HostSystem
import Logging
import Scheduling
import Training
import Transport
import Wire

/// The worker's thread: takes what arrived, asks the session, and does what it says.
///
/// Everything in it belongs to that one thread.
final class AgentLoop {
    private let configuration: WorkerConfiguration
    private let inbox: Mailbox<AgentEvent>
    private let log: Logger
    private let dealer: Dealer
    private let cores: [CoreLease]
    private let facts: HostFacts
    private var session: WorkerSession
    private var trainers: [AttemptKey: TrainerProcess] = [:]
    private var images = ImageChecks()
    private var hasJoined = false
    /// The coordinator that started this worker is gone.
    private var isOrphaned = false
    private var handOver: HandOverProgress?
    private let origin = ContinuousClock.now

    init(_ configuration: WorkerConfiguration, inbox: Mailbox<AgentEvent>, log: Logger) throws {
        self.configuration = configuration
        self.inbox = inbox
        self.log = log
        let capacity = HostCapacity.inspect()
        cores = CoreLease.take(configuration.slots, of: capacity.cores)
        facts = .inspect(capacity, build: configuration.build)
        session = WorkerSession(
            slots: configuration.slots, policy: configuration.policy, now: Instant(sinceOrigin: .zero))
        dealer = Dealer(token: configuration.token, inlet: inbox.inlet { .dealer($0) }, logger: log)
    }

    /// A trainer hands its state over when the last one is older: often, since this side sends it on in its own time,
    /// and has the newest of a trainer that is killed; not after every epoch, which may take less than the hand-over.
    private static let longestCheckpointPause = Duration.seconds(2)

    private var now: Instant { Instant(sinceOrigin: ContinuousClock.now - origin) }

    func run() throws {
        try dealer.start()
        defer { dealer.stop(flushing: .seconds(1)) }
        log.notice(
            "waiting for the coordinator",
            metadata: ["endpoint": "\(configuration.token.endpoint)", "slots": "\(configuration.slots)"])
        while true {
            let wait = session.nextDeadline.map { $0 - now } ?? .seconds(60)
            for event in inbox.take(until: ContinuousClock.now + wait) {
                if try perform(try react(to: event)) { return }
            }
            if try perform(session.handle(.timePassed, at: now)) { return }
            if let line = handOver?.line(for: session.debt, at: now) { log.notice("\(line)") }
        }
    }

    private func react(to event: AgentEvent) throws -> [WorkerSession.Action] {
        switch event {
        case .dealer(.connected):
            return session.handle(.connected, at: now)
        case .dealer(.disconnected):
            if hasJoined { log.notice("the connection is gone; waiting for the coordinator") }
            return session.handle(.disconnected, at: now)
        case .dealer(.refused(let reason)):
            try noteRefusal(reason)
            return []
        case .dealer(.unreachable(let trouble)):
            let place = configuration.token.endpoint
            log.warning("no connection; trying on", metadata: ["endpoint": "\(place)", "why": "\(trouble)"])
            return []
        case .dealer(.message(let bytes)):
            return obey(bytes)
        case .trainerReported(let key, let record):
            return session.handle(.trainerReported(key, record), at: now)
        case .trainerSaved(let key, let content):
            return session.handle(.trainerSaved(key, content), at: now)
        case .trainerEnded(let key, let end):
            trainers[key] = nil
            return session.handle(.trainerEnded(key, end), at: now)
        case .imagesLoaded(let name, let result):
            for start in images.note(result, of: name) {
                begin(start)
            }
            return []
        case .starterEnded:
            isOrphaned = true
            log.notice(
                "the coordinator is gone; training on for a while, until the next one comes",
                metadata: ["seconds": "\(configuration.policy.linger / .seconds(1))"])
            return session.handle(.starterEnded, at: now)
        case .leaveRequested:
            handOver = handOver ?? HandOverProgress(since: now)
            return session.handle(.leaveRequested, at: now)
        case .leaveInsisted:
            return session.handle(.leaveInsisted, at: now)
        }
    }

    private func obey(_ bytes: [UInt8]) -> [WorkerSession.Action] {
        do {
            let message = try CoordinatorMessage(decoding: bytes)
            if case .welcome(let sweep, _, _) = message { noteWelcome(sweep) }
            return session.handle(.ordered(message.order), at: now)
        } catch {
            log.warning("a message was refused", metadata: ["why": "\(error)"])
            return []
        }
    }

    private func noteWelcome(_ sweep: String) {
        log.notice("joined", metadata: ["sweep": "\(sweep)", "worker": "\(configuration.name)"])
        hasJoined = true
    }

    private func noteRefusal(_ reason: RefusalReason) throws {
        let place = configuration.token.endpoint
        switch reason {
        // Its coordinator's word would be final; another one's is not, and the next may be right.
        case _ where isOrphaned: log.warning("refused by a coordinator", metadata: ["why": "\(reason)"])
        case .notAdmitted:
            let message = "the coordinator at \(place) does not admit this token; ask for a new one: sweep invite"
            throw WorkerError(.tokenRefused, message)
        case .wrongPeer where !hasJoined:
            let message = "what answers at \(place) is not the coordinator of this token; make a new one: sweep invite"
            throw WorkerError(.tokenRefused, message)
        case .wrongPeer:
            log.warning("what answers is not this token's coordinator", metadata: ["endpoint": "\(place)"])
        }
    }

    // MARK: Actions

    /// `true` when the worker's work is over.
    private func perform(_ actions: [WorkerSession.Action]) throws -> Bool {
        for action in actions {
            switch action {
            case .sendHello(let running): send(.hello(slots: session.slots, facts: facts, running: running))
            case .sendHeartbeat(let running, let number): send(.heartbeat(running: running, number: number))
            case .sendRecord(let key, let record): send(.record(key, record))
            case .sendEnd(let key, let end, let state): send(.ended(key, end, state: state))
            case .sendGoodbye: send(.goodbye)
            case .sendCheckpointPiece(let key, let piece): send(.checkpointPiece(key, piece))
            case .sendCheckpointRequest(let key, let epoch, let offset, let limit):
                send(.checkpointRequest(key, epoch: epoch, offset: offset, limit: limit))
            case .startTrainer(let key, let task, let slot, let checkpoint):
                prepare(TrainerStart(key: key, task: task, slot: slot, checkpoint: checkpoint))
            case .stopTrainer(let key, _): stop(key)
            case .finish(.left):
                sayWhatIsOwed()
                return true
            case .finish(.refused(let reason)): throw WorkerError(.refused, reason)
            case .finish(.abandoned):
                log.notice("no coordinator came; the trainers end, their tasks go on from their last checkpoints")
                return true
            }
        }
        return false
    }

    private func sayWhatIsOwed() {
        let debt = session.debt
        guard debt.attemptCount + debt.checkpointCount > 0 else { return }
        log.warning(
            "left early: tasks go on elsewhere from older states, with the same results",
            metadata: ["attempts_not_given_back": "\(debt.attemptCount)", "states_left": "\(debt.checkpointCount)"])
    }

    private func send(_ body: WorkerMessage.Body) {
        let outcome = dealer.send(WorkerMessage(worker: configuration.name, body: body).encoded())
        // The session sends again what is not acknowledged, so this is worth a line and no more.
        if outcome != .queued { log.info("a message was not sent", metadata: ["why": "\(outcome)"]) }
    }

    /// Starts a trainer, once the images are known to be those of the task.
    ///
    /// The first time, they are read on another thread: from a slow disk that can take longer than a lease, and
    /// heartbeats must go on.
    private func prepare(_ start: TrainerStart) {
        switch images.demand(for: start) {
        case .ready: begin(start)
        case .loading: break
        case .load(let name):
            NamedThread.detach(named: "images") { [inbox, directory = configuration.dataDirectory] in
                let result = Result { () throws(DataSetError) in try DataSet.load(name, directory: directory).digest }
                inbox.put(.imagesLoaded(name, result))
            }
        }
    }

    private func begin(_ start: TrainerStart) {
        let key = start.key
        do {
            try images.check(start.task, host: facts.host)
            trainers[key] = try TrainerProcess(
                executable: configuration.executable, arguments: trainerArguments(slot: start.slot),
                environment: ProcessInfo.processInfo.environment, start: start
            ) { [inbox] report in
                switch report {
                case .saved(let content): inbox.put(.trainerSaved(key, content))
                case .record(let record): inbox.put(.trainerReported(key, record))
                case .ended(let end): inbox.put(.trainerEnded(key, end))
                }
            }
            let epoch = (start.checkpoint?.label.epoch ?? 0) + 1
            log.info(
                "training", metadata: ["task": "\(key.task)", "slot": "\(start.slot)", "from_epoch": "\(epoch)"])
        } catch {
            log.error("cannot train", metadata: ["task": "\(key.task)", "why": "\(error)"])
            inbox.put(.trainerEnded(key, AttemptEnd(outcome: .unfit, reason: String(describing: error), seconds: 0)))
        }
    }

    private func stop(_ key: AttemptKey) {
        if images.withdraw(key) {
            let end = AttemptEnd(outcome: .cancelled, reason: "stopped before it began", seconds: 0)
            return inbox.put(.trainerEnded(key, end))
        }
        trainers[key]?.stop()
    }

    private func trainerArguments(slot: Int) -> [String] {
        var arguments = ["trainer", "--parent", String(getpid())]
        let pause = min(session.checkpointInterval, Self.longestCheckpointPause)
        arguments += ["--checkpoint-pause", String(pause / .seconds(1))]
        if let directory = configuration.dataDirectory { arguments += ["--data", directory] }
        if cores.indices.contains(slot) {
            arguments += ["--core", cores[slot].core.processors.map(String.init).joined(separator: ",")]
        }
        return arguments
    }
}

extension CoordinatorMessage {
    /// What the message means to the session.
    fileprivate var order: WorkerSession.Order {
        switch self {
        case .welcome(_, let heartbeat, let checkpointInterval):
            .welcome(heartbeat: heartbeat, checkpointInterval: checkpointInterval)
        case .whoAreYou: .whoAreYou
        case .assignment(let key, let task, let label): .assignment(key, task, from: label)
        case .recordStored(let key, let epoch): .recordStored(key, epoch: epoch)
        case .endStored(let key): .endStored(key)
        case .stop(let key): .stop(key)
        case .refusal(let reason): .refusal(reason: reason)
        case .farewell: .farewell
        case .checkpointWanted(let key, let epoch, let offset): .checkpointWanted(key, epoch: epoch, offset: offset)
        case .checkpointSettled(let key, let epoch): .checkpointSettled(key, epoch: epoch)
        case .checkpointPiece(let key, let piece): .checkpointPiece(key, piece)
        case .resumePoint(let key, let label): .resumePoint(key, label)
        case .heartbeatHeard(let number): .heartbeatHeard(number: number)
        }
    }
}
