import Experiment
import Logging
import Messages
import Scheduling
import Transport
import Wire

/// What a worker's thread does: takes what happened, asks the core, and does what that says.
///
/// Everything in it belongs to that one thread. It has no socket, process or clock of its own: `AgentSurroundings`.
package final class AgentLoop {
    private let configuration: WorkerConfiguration
    private let surroundings: any AgentSurroundings
    private let log: Logger
    private var core: WorkerCore
    private var name: WorkerID
    private var trainers: [AttemptKey: any RunningTrainer] = [:]
    private var hasJoined = false
    /// Whether the coordinator may be asked to admit a key that it does not know.
    private let canEnrol: Bool
    /// The coordinator does not know the key that this worker has of an earlier start.
    private var isKeyUnknown = false
    /// The coordinator that started this worker is gone.
    private var isOrphaned = false
    private var handOver: HandOverProgress?
    /// The coordinator that refuses this worker speaks another version of the protocol.
    private var isOfOtherVersion = false
    /// Of lines that a coordinator can cause with each message.
    private var lineLimiter = ReportLimiter()

    /// How a worker's loop ends.
    package enum Ending: Equatable {
        /// The worker's work is over.
        case left
        /// It could not begin: the coordinator must be asked first to admit the worker's key.
        case keyUnknown
    }

    package init(
        _ configuration: WorkerConfiguration, facts: HostFacts, surroundings: any AgentSurroundings, log: Logger,
        canEnrol: Bool = false
    ) {
        self.configuration = configuration
        self.canEnrol = canEnrol
        self.surroundings = surroundings
        self.log = log
        name = configuration.name
        core = WorkerCore(
            WorkerSession(
                slots: configuration.slots, facts: facts, policy: configuration.policy, now: surroundings.now))
    }

    private var now: Instant { surroundings.now }

    /// Works until the worker has left.
    ///
    /// - Throws: `WorkerError` where the worker cannot take part.
    @discardableResult
    package func run() throws -> Ending {
        while !isKeyUnknown {
            let deadline = core.session.nextDeadline ?? now + .seconds(60)
            for event in surroundings.events(until: deadline) {
                try take(event)
                try carryOutActions()
                if core.isFinished { return .left }
            }
            core.passTime(at: now)
            try carryOutActions()
            if core.isFinished { return .left }
            if let line = handOver?.line(for: core.session.debt, at: now) { log.notice("\(line)") }
        }
        return .keyUnknown
    }

    /// Does the loop's own part of an event, and hands the core's part on.
    private func take(_ event: AgentEvent) throws {
        switch event {
        case .dealer(.connected): core.take(.connected, at: now)
        case .dealer(.disconnected):
            if hasJoined { log.notice("the connection is gone; waiting for the coordinator") }
            core.take(.disconnected, at: now)
        case .dealer(.refused(.notAdmitted)) where canEnrol && !hasJoined: isKeyUnknown = true
        case .dealer(.refused(let reason)):
            let endpoint = configuration.token.endpoint
            try RefusedConnection(reason, at: endpoint, hasJoined: hasJoined, isOrphaned: isOrphaned)
                .carryOut(at: endpoint, log)
        case .dealer(.unreachable(let trouble)):
            log.warnOfTrouble("\(trouble)", at: configuration.token.endpoint)
        // The connection with the token's key is over.
        case .enrolment: break
        case .dealer(.message(let bytes)): receive(bytes)
        case .imagesLoaded(let name, let result):
            core.takeImages(result.mapError { HostFault(String(describing: $0)) }, of: name, at: now)
        case .occurred(let event):
            follow(event)
            core.take(event, at: now)
        }
    }

    /// Keeps what the loop itself has to know of an event.
    private func follow(_ event: WorkerSession.Event) {
        switch event {
        case .trainerEnded(let key, _): trainers[key] = nil
        case .starterEnded:
            isOrphaned = true
            log.notice(
                "the coordinator is gone; training on for a while, until the next one comes",
                metadata: ["seconds": "\(configuration.policy.linger / .seconds(1))"])
        case .leaveRequested: handOver = handOver ?? HandOverProgress(since: now)
        default: break
        }
    }

    private func receive(_ bytes: [UInt8]) {
        do {
            let message = try CoordinatorMessage(decoding: bytes)
            if case .welcome(let sweep, _, _) = message { recordWelcome(sweep) }
            if case .refusal = message { isOfOtherVersion = ProtocolVersion.isAnother(in: bytes) }
            core.take(.received(message), at: now)
        } catch {
            if let unreported = lineLimiter.admit(at: .now) {
                log.warning("a message was refused", metadata: ["why": "\(error)", "unreported": "\(unreported)"])
            }
        }
    }

    private func recordWelcome(_ sweep: String) {
        if let unreported = lineLimiter.admit(at: .now) {
            log.notice(
                "joined", metadata: ["sweep": "\(sweep)", "worker": "\(name)", "unreported": "\(unreported)"])
        }
        hasJoined = true
    }

    // MARK: Actions

    private func carryOutActions() throws {
        while let action = core.nextAction() {
            switch action {
            case .send(let message): send(message)
            case .rename(let name): rename(to: name)
            case .loadImages(let name): surroundings.loadImages(name)
            case .startTrainer(let start): begin(start)
            case .stopTrainer(let key): trainers[key]?.stop()
            case .reportUnfit(let key, let fault): report(fault, of: key)
            case .keepKey(let key, let time): keep(key, presentEndsIn: time)
            case .finish(.left): sayWhatIsOwed()
            case .finish(.refused(let reason)):
                throw WorkerError(isOfOtherVersion ? .otherVersion : .refused, reason)
            case .finish(.abandoned):
                log.notice("no coordinator came; the trainers end, their tasks go on from their last checkpoints")
            }
        }
    }

    private func keep(_ coordinatorKey: String, presentEndsIn time: Duration) {
        let unreported = lineLimiter.admit(at: .now)
        do {
            try surroundings.keep(coordinatorKey: coordinatorKey)
            core.take(.keyWasKept(coordinatorKey), at: now)
            guard let unreported else { return }
            log.notice(
                "the coordinator is getting another key, which this worker knows from now on",
                metadata: ["present_ends_in_seconds": "\(Int(time / .seconds(1)))", "unreported": "\(unreported)"])
        } catch {
            guard let unreported else { return }
            log.warning(
                "the coordinator's next key is not on the disk: started again, this worker may need a new token",
                metadata: ["why": "\(error)", "unreported": "\(unreported)"])
        }
    }

    private func sayWhatIsOwed() {
        let debt = core.session.debt
        guard debt.attemptCount + debt.checkpointCount > 0 else { return }
        log.warning(
            "left early: tasks go on elsewhere from older states, with the same results",
            metadata: ["attempts_not_given_back": "\(debt.attemptCount)", "states_left": "\(debt.checkpointCount)"])
    }

    private func send(_ message: WorkerMessage) {
        let outcome = surroundings.send(WorkerEnvelope(message, from: name).encoded())
        // The session sends again what is not acknowledged, so this is worth a line and no more.
        guard outcome != .queued, let unreported = lineLimiter.admit(at: .now) else { return }
        log.info("a message was not sent", metadata: ["why": "\(outcome)", "unreported": "\(unreported)"])
    }

    private func rename(to other: WorkerID) {
        if let unreported = lineLimiter.admit(at: .now) {
            log.notice(
                "another worker has this name",
                metadata: ["name": "\(name)", "new_name": "\(other)", "unreported": "\(unreported)"])
        }
        name = other
    }

    private func begin(_ start: TrainerStart) {
        let key = start.key
        do {
            trainers[key] = try surroundings.startTrainer(start, checkpointInterval: core.session.checkpointInterval)
            let epoch = (start.checkpoint?.label.epoch ?? 0) + 1
            log.info(
                "training", metadata: ["task": "\(key.task)", "slot": "\(start.slot)", "from_epoch": "\(epoch)"])
        } catch {
            core.take(.trainerNotStarted(key, HostFault(String(describing: error))), at: now)
        }
    }

    private func report(_ fault: HostFault, of key: AttemptKey) {
        log.error("cannot train", metadata: ["task": "\(key.task)", "why": "\(fault)"])
    }
}
