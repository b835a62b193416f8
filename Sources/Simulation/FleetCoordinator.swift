import Experiment
import Scheduling

/// The process that owns the journal: the real core, around which everything is pretended.
struct FleetCoordinator {
    typealias Core = CoordinatorCore<FleetConnection>

    var core: Core
    let origin: VirtualTime
    /// Names that were some key's before it started.
    let boundNames: Set<WorkerID>
    var inbox: [Core.Event] = []
    var isTurnPlanned = false
    var nextTick: VirtualTime?
    /// A turn that the device would not store; it is tried again, and nothing is taken before.
    var held: FleetTurn?

    init(core: Core, origin: VirtualTime, boundNames: Set<WorkerID>) {
        self.core = core
        self.origin = origin
        self.boundNames = boundNames
    }

    var isStopping: Bool { core.stopRequestedAt != nil }
}

/// A turn of the core, and what it answers.
struct FleetTurn {
    /// Without what intruders said.
    let events: [TaskBoard.Event]
    /// How often intruders spoke in the name of a worker.
    let claimCount: Int
    let turn: Turn<FleetConnection>

    /// What leaves where the wiring does not ask the journal, or there is none.
    var unstoredDeliveries: Deliveries<FleetConnection> {
        turn.stored { _ in }.compared { $0.record }.stored { _ in }
    }
}
