import ChildProcesses
import Experiment
import Foundation
import HostSystem
import Logging
import Messages
import Scheduling
import Training
import Transport
import Wire

/// The worker's thread: takes what arrived, asks the core, and does what it says.
///
/// Everything in it belongs to that one thread.
final class AgentLoop {
    private let configuration: WorkerConfiguration
    private let inbox: Mailbox<AgentEvent>
    private let log: Logger
    private let dealer: Dealer
    private let cores: [CoreLease]
    private var core: WorkerCore
    private var name: WorkerID
    private var trainers: [AttemptKey: TrainerProcess] = [:]
    private var hasJoined = false
    /// The coordinator that started this worker is gone.
    private var isOrphaned = false
    private var handOver: HandOverProgress?
    private let origin = ContinuousClock.now

    init(_ configuration: WorkerConfiguration, inbox: Mailbox<AgentEvent>, log: Logger) throws {
        self.configuration = configuration
        self.inbox = inbox
        self.log = log
        name = configuration.name
        let capacity = HostCapacity.inspect()
        cores = CoreLease.take(configuration.slots, of: capacity.cores)
        core = WorkerCore(
            WorkerSession(
                slots: configuration.slots, facts: .inspect(capacity, build: configuration.build),
                policy: configuration.policy, now: Instant(sinceOrigin: .zero)))
        dealer = Dealer(token: configuration.token, inlet: inbox.inlet { .dealer($0) }, logger: log)
    }

    private var now: Instant { Instant(sinceOrigin: ContinuousClock.now - origin) }

    func run() throws {
        try dealer.start()
        defer { dealer.stop(flushing: .seconds(1)) }
        log.notice(
            "waiting for the coordinator",
            metadata: ["endpoint": "\(configuration.token.endpoint)", "slots": "\(configuration.slots)"])
        while true {
            let wait = core.session.nextDeadline.map { $0 - now } ?? .seconds(60)
            for event in inbox.take(until: ContinuousClock.now + wait) {
                if try perform(try handle(event)) { return }
            }
            if try perform(core.handle(.timePassed, at: now)) { return }
            if let line = handOver?.line(for: core.session.debt, at: now) { log.notice("\(line)") }
        }
    }

    private func handle(_ event: AgentEvent) throws -> [WorkerCore.Effect] {
        switch event {
        case .dealer(.connected):
            return core.handle(.connected, at: now)
        case .dealer(.disconnected):
            if hasJoined { log.notice("the connection is gone; waiting for the coordinator") }
            return core.handle(.disconnected, at: now)
        case .dealer(.refused(let reason)):
            try recordRefusal(reason)
            return []
        case .dealer(.unreachable(let trouble)):
            let place = configuration.token.endpoint
            log.warning("no connection; trying on", metadata: ["endpoint": "\(place)", "why": "\(trouble)"])
            return []
        case .dealer(.message(let bytes)):
            return receive(bytes)
        case .trainerReported(let key, let record):
            return core.handle(.trainerReported(key, record), at: now)
        case .trainerSaved(let key, let content):
            return core.handle(.trainerSaved(key, content), at: now)
        case .trainerEnded(let key, let end):
            trainers[key] = nil
            return core.handle(.trainerEnded(key, end), at: now)
        case .imagesLoaded(let name, let result):
            return core.takeImages(result.mapError { ImageFault(String(describing: $0)) }, of: name, at: now)
        case .starterEnded:
            isOrphaned = true
            log.notice(
                "the coordinator is gone; training on for a while, until the next one comes",
                metadata: ["seconds": "\(configuration.policy.linger / .seconds(1))"])
            return core.handle(.starterEnded, at: now)
        case .leaveRequested:
            handOver = handOver ?? HandOverProgress(since: now)
            return core.handle(.leaveRequested, at: now)
        case .leaveInsisted:
            return core.handle(.leaveInsisted, at: now)
        }
    }

    private func receive(_ bytes: [UInt8]) -> [WorkerCore.Effect] {
        do {
            let message = try CoordinatorMessage(decoding: bytes)
            if case .welcome(let sweep, _, _) = message { recordWelcome(sweep) }
            return core.handle(.received(message), at: now)
        } catch {
            log.warning("a message was refused", metadata: ["why": "\(error)"])
            return []
        }
    }

    private func recordWelcome(_ sweep: String) {
        log.notice("joined", metadata: ["sweep": "\(sweep)", "worker": "\(name)"])
        hasJoined = true
    }

    private func recordRefusal(_ reason: RefusalReason) throws {
        let endpoint = configuration.token.endpoint
        switch RefusedConnection(reason, at: endpoint, hasJoined: hasJoined, isOrphaned: isOrphaned) {
        case .triesOn(let why):
            log.warning("no connection; trying on", metadata: ["endpoint": "\(endpoint)", "why": "\(why)"])
        case .givesUp(let error): throw error
        }
    }

    // MARK: Effects

    /// `true` when the worker's work is over.
    private func perform(_ effects: [WorkerCore.Effect]) throws -> Bool {
        for effect in effects {
            switch effect {
            case .send(let message): send(message)
            case .rename(let name): rename(to: name)
            case .loadImages(let name): load(name)
            case .startTrainer(let start): begin(start)
            case .stopTrainer(let key): trainers[key]?.stop()
            case .reportUnfit(let key, let fault): report(fault, of: key)
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
        let debt = core.session.debt
        guard debt.attemptCount + debt.checkpointCount > 0 else { return }
        log.warning(
            "left early: tasks go on elsewhere from older states, with the same results",
            metadata: ["attempts_not_given_back": "\(debt.attemptCount)", "states_left": "\(debt.checkpointCount)"])
    }

    private func send(_ message: WorkerMessage) {
        let outcome = dealer.send(WorkerEnvelope(message, from: name).encoded())
        // The session sends again what is not acknowledged, so this is worth a line and no more.
        if outcome != .queued { log.info("a message was not sent", metadata: ["why": "\(outcome)"]) }
    }

    private func rename(to other: WorkerID) {
        log.notice("another worker has this name", metadata: ["name": "\(name)", "new_name": "\(other)"])
        name = other
    }

    /// On another thread: heartbeats must go on.
    private func load(_ name: DataSetName) {
        NamedThread.detach(named: "images") { [inbox, directory = configuration.dataDirectory] in
            let result = Result { () throws(DataSetError) in try DataSet.load(name, directory: directory).digest }
            inbox.put(.imagesLoaded(name, result))
        }
    }

    private func begin(_ start: TrainerStart) {
        let key = start.key
        do {
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
            report(error, of: key)
            inbox.put(.trainerEnded(key, AttemptEnd(outcome: .unfit, reason: String(describing: error), seconds: 0)))
        }
    }

    private func report(_ fault: some Error, of key: AttemptKey) {
        log.error("cannot train", metadata: ["task": "\(key.task)", "why": "\(fault)"])
    }

    private func trainerArguments(slot: Int) -> [String] {
        TrainerArguments.make(
            parent: getpid(), slots: configuration.slots,
            checkpointInterval: core.session.checkpointInterval,
            dataDirectory: configuration.dataDirectory,
            // A slot without a core of its own runs where the kernel puts it.
            core: cores.indices.contains(slot) ? cores[slot].core : nil)
    }
}
