import Experiment
import Scheduling

/// The process that owns the journal: the real core, around which everything is pretended.
struct FleetCoordinator {
    typealias Core = CoordinatorCore<FleetConnection>

    var core: Core
    let origin: VirtualTime
    /// Names that were some key's before it started.
    let boundNames: Set<WorkerID>
    /// Nothing that comes under these keys is let through any more.
    var endedKeys: Set<WorkerKey>
    var inbox: [Core.Event] = []
    var isTurnPlanned = false
    var nextTick: VirtualTime?
    /// A turn that the device would not store; it is tried again, and nothing is taken before.
    var held: FleetTurn?

    init(core: Core, origin: VirtualTime, boundNames: Set<WorkerID>, endedKeys: Set<WorkerKey>) {
        self.core = core
        self.origin = origin
        self.boundNames = boundNames
        self.endedKeys = endedKeys
    }

    /// Takes what arrived first, at most `limit` events of it.
    mutating func takeInbox(limit: Int) -> [Core.Event] {
        let events = Array(inbox.prefix(limit))
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

    var isStopping: Bool { core.stopRequestedAt != nil }
}

/// A turn of the core, and what it answers.
struct FleetTurn {
    /// Without what intruders said.
    let events: [TaskBoard.Event]
    /// How often intruders spoke in the name of a worker.
    let claimCount: Int
    /// How often somebody of another version spoke.
    let strangerCount: Int
    /// Workers whose messages had arrived and were left for the next turn.
    let waitingWorkers: Set<WorkerID>
    let turn: Turn<FleetConnection>

    /// The deliveries where the wiring does not ask the journal, or there is none.
    var unstoredDeliveries: Deliveries<FleetConnection> {
        turn.stored { _ in }.compared { $0.record }.stored { _ in }
    }
}
