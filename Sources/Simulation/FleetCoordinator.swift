import Experiment
import Scheduling

/// The process that owns the journal: the real core, around which everything is pretended.
struct FleetCoordinator {
    typealias Core = CoordinatorCore<FleetConnection>

    var core: Core
    let origin: VirtualTime
    /// By which workers of other hosts know it.
    var listeningKey: Int
    /// It looks at the key store in the next turn.
    var isKeyLookDue = false
    /// Whose each name is: of those that were some key's before it started, and of those that it has heard.
    private var nameOwners: [WorkerID: WorkerKey]
    /// Nothing that comes under these keys is let through any more.
    var endedKeys: Set<WorkerKey>
    var inbox: [Core.Event] = []
    var isTurnPlanned = false
    var nextTick: VirtualTime?
    /// A turn that the device would not store; it is tried again, and nothing is taken before.
    var held: FleetTurn?

    /// Local workers of earlier coordinators, until the core has learned which of them have ended.
    private var pastLocalWorkers: Set<WorkerID>
    /// Those of them of which the core has learned that they have ended, and no turn has followed.
    private var endedWorkers: Set<WorkerID> = []

    /// Of workers that spoke to an earlier coordinator and of which this one has heard nothing, not even that they are
    /// gone. For a lease they count as there.
    private(set) var awaitedKeys: Set<WorkerKey>

    init(
        core: Core, origin: VirtualTime, listeningKey: Int, nameOwners: [WorkerID: WorkerKey],
        endedKeys: Set<WorkerKey>, pastLocalWorkers: Set<WorkerID>, awaitedKeys: Set<WorkerKey>
    ) {
        // Of those of its own host it learns at once which of them have ended.
        self.awaitedKeys = awaitedKeys.subtracting([.coordinatorHost])
        self.pastLocalWorkers = pastLocalWorkers
        self.core = core
        self.origin = origin
        self.listeningKey = listeningKey
        self.nameOwners = nameOwners
        self.endedKeys = endedKeys
    }

    /// Takes what arrived first, as much as fits into the inbox of a real coordinator: the first event always does.
    mutating func takeInbox(limit: Int, byteLimit: Int) -> [Core.Event] {
        var byteCount = 0
        let events = inbox.prefix(limit).enumerated().prefix { place, event in
            byteCount += event.byteCount
            return place == 0 || byteCount <= byteLimit
        }.map(\.element)
        inbox.removeFirst(events.count)
        return events
    }

    /// Workers with a message that no turn has taken.
    var waitingWorkers: Set<WorkerID> {
        inbox.reduce(into: []) { waiting, event in
            guard case .messageArrived(_, let worker, let connection) = event, !connection.isIntruder else { return }
            waiting.insert(worker)
        }
    }

    var boundNames: Set<WorkerID> { Set(nameOwners.keys) }

    /// Whether who speaks has the name, by the truth: whoever speaks first under a name keeps it.
    mutating func grants(_ name: WorkerID, to connection: FleetConnection) -> Bool {
        guard !connection.isIntruder else { return false }
        if nameOwners[name] == nil { nameOwners[name] = name.isLocal ? .coordinatorHost : connection.key }
        return nameOwners[name] == connection.key
    }

    /// The core has been told who is there of the local workers; `nil` where none is.
    mutating func recordSighting(of worker: WorkerID?) {
        endedWorkers.formUnion(pastLocalWorkers.filter { $0 != worker })
        pastLocalWorkers = []
    }

    mutating func forgetAwaited(in events: [TaskBoard.Event]) {
        for event in events {
            switch event {
            case .received(_, from: let worker), .workerVanished(let worker):
                if let key = nameOwners[worker] { awaitedKeys.remove(key) }
            case .keyEnded(let key): awaitedKeys.remove(key)
            default: break
            }
        }
    }

    mutating func takeEndedWorkers() -> Set<WorkerID> {
        defer { endedWorkers = [] }
        return endedWorkers
    }

    var isStopping: Bool { core.stopRequestedAt != nil }
}

/// A turn of the core, and what it answers.
struct FleetTurn {
    /// Without what was said in the name of somebody else.
    let events: [TaskBoard.Event]
    /// Over which connections somebody spoke in a name that is another key's: intruders, and honest workers that do
    /// not know it yet.
    let claims: [FleetConnection]
    /// How often somebody of another version spoke.
    let strangerCount: Int
    /// Workers whose messages had arrived and were left for the next turn.
    let waitingWorkers: Set<WorkerID>
    /// Workers of which the core knew that their processes have ended, before the turn.
    let endedWorkers: Set<WorkerID>
    /// Keys of which a worker took tasks all through the turn.
    let takers: Set<WorkerKey>
    /// Those, and keys that may come back to a coordinator that was just started.
    let presentKeys: Set<WorkerKey>
    let turn: Turn<FleetConnection>

    /// The deliveries where the wiring does not ask the journal, or there is none.
    var unstoredDeliveries: Deliveries<FleetConnection> {
        turn.stored { _ in }.compared { $0.record }.stored { _ in }
    }
}

extension TaskBoard.Event {
    /// Whether a worker may take tasks behind it that took none before.
    var mayBringWorker: Bool {
        switch self {
        case .received(.hello, _), .requestArrived(_, .restore): true
        default: false
        }
    }
}

extension CoordinatorCore.Event {
    /// What it takes of an inbox. Other messages than pieces of checkpoints are small.
    fileprivate var byteCount: Int {
        switch self {
        case .messageArrived(.checkpointPiece(_, let piece), _, _): piece.bytes.count
        case .messageArrived: FleetWorker.pieceBytes / 4
        default: 0
        }
    }
}
