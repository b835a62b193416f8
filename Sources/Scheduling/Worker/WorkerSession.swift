import Experiment
import Messages

/// The worker's decisions: when to greet, which trainers to start and stop, what to send again.
///
/// A plain value like `TaskBoard`: events and the present instant in, actions out, in the order in which they are to
/// be carried out.
///
/// A record stays here until the coordinator says that it is stored, over any number of connections and coordinators;
/// the end of an attempt is sent only after its last record is stored. The trainer's last state follows the end, so
/// that a slow link keeps no task from other workers.
///
/// While a connection lives, nothing is sent twice because time has passed. Some heartbeats have a number, and the
/// coordinator answers them: what was sent before such a heartbeat, and is not answered when that is, was lost.
public struct WorkerSession: Sendable {
    public let slots: Int
    /// The facts that the worker tells of its host.
    let facts: HostFacts
    var policy: Policy
    var link = Link.down
    var attempts: [AttemptKey: AttemptState] = [:]
    /// In the order of their assignment, so that what is sent has an order too.
    var order: [AttemptKey] = []
    /// Which attempt's trainer runs in each slot.
    var occupants: [AttemptKey?]
    var outbox = CheckpointOutbox()
    /// The piece of a checkpoint that was asked for and is on its way here; at most one.
    var askedPiece: AskedPiece?
    var uplinkPiece: PieceSize
    var downlinkPiece: PieceSize
    /// The number of the next heartbeat that asks for an answer. It is never used twice, so that a late answer means
    /// nothing later.
    var nextNumber = 1
    var isLeaving = false
    /// When the coordinator last took something that a leaving worker owes it.
    var movedAt: Instant
    /// When this worker ends by itself, unless a coordinator comes before; `nil` while the one that started it lives,
    /// and for a worker that none started.
    var lingerDeadline: Instant?
    var heartbeatInterval: Duration
    /// A checkpoint is due when the last one is older.
    public internal(set) var checkpointInterval: Duration
    var lastHeartbeat: Instant
    /// Of keys that a coordinator names, each of which is flushed to the disk.
    var keyAllowance = Allowance(burst: 8, interval: .seconds(1))
    var now: Instant

    enum Link: Sendable, Hashable {
        case down
        /// Connected; hello was sent at this instant.
        case greeting(Instant)
        case up
    }

    struct AttemptState: Sendable {
        let task: SweepTask
        var stage: Stage
        /// The checkpoint to go on from, until it is here; `nil` where the trainer begins at the first epoch.
        var fetch: CheckpointAssembly?
        /// When its last checkpoint was settled, or training began.
        var checkpointSettledAt: Instant
        /// In the order of their epochs.
        var unacknowledged: [Unacknowledged] = []
        /// The number of the first heartbeat that asked for an answer after the end was sent last; `nil` before.
        var endSentBefore: Int?
    }

    struct Unacknowledged: Sendable {
        let record: EpochRecord
        /// The number of the first heartbeat that asked for an answer after the record was sent last; `nil` while the
        /// record waits for a connection.
        var sentBefore: Int?
    }

    enum Stage: Sendable, Hashable {
        /// No slot is free yet.
        case waiting
        /// Holds this slot while the checkpoint comes from which its trainer is to go on.
        case fetching(slot: Int)
        /// The trainer runs in this slot.
        case training(slot: Int)
        /// The trainer was told to end.
        case stopping(slot: Int, because: StopReason)
        case over(AttemptEnd)
    }

    enum StopReason: Sendable, Hashable {
        /// The coordinator took the task back.
        case cancelled
        /// This worker leaves.
        case preempted
    }

    public struct Policy: Sendable, Hashable {
        /// Before a coordinator has said how often it wants to hear from its workers.
        public var heartbeat: Duration = .seconds(2)
        /// A hello that is not answered is said again.
        public var helloTimeout: Duration = .seconds(3)
        /// A leaving worker ends when the coordinator has taken nothing for so long; over no connection, sooner.
        public var leavePatience: Duration = .seconds(20)
        public var leavePatienceUnconnected: Duration = .seconds(5)
        /// Before a coordinator has said how old a checkpoint may become.
        public var checkpointInterval: Duration = .seconds(60)
        /// How long a worker goes on without a connection when the coordinator that started it is gone.
        public var linger: Duration = .seconds(60)
        /// The most bytes of a checkpoint in one message.
        public var pieceBytes = 1008 << 10

        public init() {}
    }

    public init(slots: Int, facts: HostFacts, policy: Policy = Policy(), now: Instant) {
        precondition(slots > 0, "a worker without slots")
        self.slots = slots
        self.facts = facts
        self.policy = policy
        occupants = Array(repeating: nil, count: slots)
        heartbeatInterval = policy.heartbeat
        checkpointInterval = policy.checkpointInterval
        lastHeartbeat = now
        uplinkPiece = PieceSize(largest: policy.pieceBytes)
        downlinkPiece = PieceSize(largest: policy.pieceBytes)
        movedAt = now
        self.now = now
    }

    public mutating func handle(_ event: Event, at instant: Instant) -> [WorkerAction] {
        now = max(now, instant)
        switch event {
        case .connected: return greet()
        case .disconnected:
            link = .down
            if lingerDeadline != nil { lingerDeadline = now + policy.linger }
            return []
        case .starterEnded:
            lingerDeadline = now + policy.linger
            return []
        case .received(let message): return follow(message)
        case .trainerReported(let key, let record): return report(record, of: key)
        case .trainerSaved(let key, let content): return keep(content, of: key)
        case .trainerNotStarted(let key, let fault): return giveBack(key, for: fault)
        case .trainerEnded(let key, let end): return conclude(key, end)
        case .keyWasKept(let key): return link == .down ? [] : [.send(.keyKept(key))]
        case .leaveRequested: return leave()
        case .leaveInsisted: return [.finish(.left)]
        case .timePassed: return keepUp()
        }
    }

    /// The instant of the next `timePassed` that could change something.
    public var nextDeadline: Instant? {
        let next =
            switch link {
            case .down: lingerDeadline
            case .greeting(let said): said + policy.helloTimeout
            case .up: lastHeartbeat + heartbeatInterval
            }
        return [next, leaveDeadline].compactMap { $0 }.min()
    }

    /// Whether trainers run.
    public var isTraining: Bool { occupants.contains { $0 != nil } }
}

extension WorkerSession {
    /// An event that the session decides about.
    public enum Event: Sendable, Equatable {
        case connected
        case disconnected
        /// The coordinator that started this worker is gone. The next one of its run directory may take it over.
        case starterEnded
        /// A message of the coordinator. Its messages come in the order in which it sent them.
        case received(CoordinatorMessage)
        /// There is no trainer of the attempt, and none will be: this host cannot train it.
        case trainerNotStarted(AttemptKey, HostFault)
        case trainerReported(AttemptKey, EpochRecord)
        /// The trainer handed over its state after an epoch, whose record it reported before.
        case trainerSaved(AttemptKey, CheckpointContent)
        /// The trainer's process is gone, and all that it reported was handed over before.
        case trainerEnded(AttemptKey, AttemptEnd)
        /// The coordinator's next key is on the disk.
        case keyWasKept(String)
        /// Give everything back and end.
        case leaveRequested
        /// End now, whatever is owed.
        case leaveInsisted
        case timePassed
    }

    public enum Finish: Sendable, Hashable {
        /// The worker was asked to leave. What it still owes, `debt` says.
        case left
        case refused(reason: String)
        /// The coordinator that started it is gone, and no other one came.
        case abandoned
    }
}
