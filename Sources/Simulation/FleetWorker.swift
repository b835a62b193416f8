import Experiment
import Scheduling

/// A worker process of the simulated fleet: a real core around pretend trainers.
struct FleetWorker {
    struct Index: Hashable {
        let rawValue: Int
    }

    struct Trainer {
        let key: AttemptKey
        let task: SweepTask
        /// Tells its happenings from those of an earlier trainer in the slot.
        let serial: Int
        /// The one that it trains.
        var epoch: Int
        /// It went on from a state that is not the one after the epoch before: what it makes is wrong from here on.
        let wrongFrom: Int?
        var frozenUntil = VirtualTime.seconds(0)
        /// After which epoch it dies, and how; `nil` for one that lives.
        let death: (epoch: Int, outcome: AttemptOutcome)?
    }

    static let slowestEpoch = VirtualTime.seconds(6)

    /// The name that it gives itself now.
    var id: WorkerID
    /// Those that turned out to be another key's, oldest first.
    private(set) var formerNames: [WorkerID] = []
    let key: WorkerKey
    let origin: VirtualTime
    let epochTime: VirtualTime
    /// Every trainer on this host dies.
    let isPoisoned: Bool
    /// A coordinator started it on its own host.
    let isLocal: Bool
    /// Whether the coordinator that started it does.
    var starterLives: Bool
    /// One of the liar's.
    let isLiar: Bool
    /// The keys by which it knows its coordinator: the present one, and perhaps the one that is said to be the next.
    var trustedKeys: [String]
    /// Those that are on its disk, or were.
    var keptKeys: Set<String>
    /// Its images are others than those of the sweep.
    let hasOtherImages: Bool
    var core: WorkerCore
    var trainers: [Int: Trainer] = [:]
    var isAlive = true
    /// Somebody tells the coordinator that it died.
    var isReportedDead = false
    var isConnected = false
    var frozenUntil = VirtualTime.seconds(0)
    var nextTick: VirtualTime?
    /// Counts connections, to tell the messages of an old one.
    var connection = 0
    /// The attempts that the last hello or heartbeat listed, and when.
    var said: (running: [AttemptKey], at: VirtualTime)?

    /// In the simulation a checkpoint has three pieces.
    static let pieceBytes = 16

    init(
        number: Int, slots: Int, epochTime: VirtualTime, isPoisoned: Bool, hasOtherImages: Bool, isLocal: Bool,
        isLiar: Bool, knowing keys: [String], plan: FleetPlan, at now: VirtualTime
    ) {
        id = WorkerID(rawValue: "\(isLocal ? WorkerID.localPrefix : "w")\(number)")!
        key = isLocal ? .coordinatorHost : isLiar ? FleetLiar.key : WorkerKey(ofWorker: number)
        self.isLiar = isLiar
        trustedKeys = keys
        keptKeys = Set(keys)
        origin = now
        self.epochTime = epochTime
        self.isPoisoned = isPoisoned
        self.hasOtherImages = hasOtherImages
        self.isLocal = isLocal
        starterLives = isLocal
        var policy = WorkerSession.Policy()
        policy.linger = plan.linger
        policy.pieceBytes = Self.pieceBytes
        let facts = HostFacts(host: id.rawValue, processor: "pretend", cores: slots, kernels: "none", build: "test")
        core = WorkerCore(WorkerSession(slots: slots, facts: facts, policy: policy, now: now.instant(from: now)))
    }

    /// All names that it has had.
    var names: [WorkerID] { formerNames + [id] }

    mutating func rename(to name: WorkerID) {
        guard name != id else { return }
        formerNames.append(id)
        id = name
    }
}
