import Experiment
import Messages
import Scheduling

/// A sweep in miniature: one real `CoordinatorCore`, several real `WorkerCore`s, and everything around them
/// pretended. One seed decides all of it, so a failure repeats exactly.
///
/// The state machines are the ones of the program, as are the stages of a turn and the journal. The network, the
/// clocks, the disk's moods, the trainers and the processes' lives are pretended.
///
/// First faults of every kind happen; then they stop, and the sweep must end in time with every record stored once.
/// Last, the coordinator of another sweep takes over, and the workers must forget all that is left.
package struct Fleet {
    enum Happening {
        case coordinatorStarts
        case coordinatorTurn(incarnation: Int)
        case coordinatorTick(incarnation: Int)
        case coordinatorTriesAgain(incarnation: Int)
        case checkpointIsWritten(incarnation: Int, [UInt8], CheckpointLabel, AttemptKey)
        case stopIsInsistedOn(incarnation: Int)
        case localWorkerIsGone(WorkerID, incarnation: Int)
        case coordinatorHears(WorkerMessage, from: WorkerID, over: FleetConnection, incarnation: Int)
        case coordinatorLearns(TaskBoard.Event)
        case coordinatorIsTold(incarnation: Int, TaskBoard.Event)
        case coordinatorFreezes(incarnation: Int)
        case strangerSpeaks(FleetConnection, incarnation: Int)
        case coordinatorLooksAtKeys(incarnation: Int)
        case nextKeyIsStored
        case workerStarts
        case workerHears(CoordinatorMessage, FleetWorker.Index, connection: Int)
        case workerTick(FleetWorker.Index)
        case workerConnects(FleetWorker.Index)
        case workerIsKilled(FleetWorker.Index)
        case workerIsAskedToLeave(FleetWorker.Index)
        case workerIsAskedToLeaveNow(FleetWorker.Index)
        case starterIsGone(FleetWorker.Index)
        case imagesAreRead(FleetWorker.Index, DataSetName, Result<DataDigest, HostFault>)
        case trainerFinishesEpoch(FleetWorker.Index, slot: Int, serial: Int)
        case trainerExits(FleetWorker.Index, slot: Int, serial: Int, AttemptOutcome)
        case fault
        case faultsEnd
        case inspection
    }

    enum Stage {
        case faulty
        /// The faults have stopped; the sweep must end by this time.
        case calm(deadline: VirtualTime)
        /// The sweep is over; the workers must have forgotten it by this time.
        case draining(since: VirtualTime, deadline: VirtualTime)
    }

    package struct Summary: Equatable, Sendable {
        package var eventCount = 0
        package var restartCount = 0
        package var comparisonCount = 0
        package var checkpointCount = 0
        /// Attempts that went on from a checkpoint.
        package var resumedCount = 0
        /// Epochs that were trained though their record was stored.
        package var retrainedCount = 0
        /// Workers of the coordinator's host that the next coordinator took over.
        package var takeoverCount = 0
        package var seconds = 0
        /// By kind.
        package var faults: [String: Int] = [:]
        /// A digest of everything that was sent, in order.
        package private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325

        package init() {}

        package var faultCount: Int { faults.values.reduce(0, +) }

        /// The sum of several fleets.
        package mutating func add(_ other: Self) {
            eventCount += other.eventCount
            restartCount += other.restartCount
            comparisonCount += other.comparisonCount
            checkpointCount += other.checkpointCount
            resumedCount += other.resumedCount
            retrainedCount += other.retrainedCount
            takeoverCount += other.takeoverCount
            seconds += other.seconds
            faults.merge(other.faults, uniquingKeysWith: +)
            digest ^= other.digest
        }

        mutating func count(_ fault: String) { faults[fault, default: 0] += 1 }

        mutating func fold(_ value: Int) {
            digest = (digest ^ UInt64(truncatingIfNeeded: value)) &* 0x100_0000_01B3
        }
    }

    /// Many times what a fleet needs: so many happen only where events cause each other for ever.
    private static let eventLimit = 40_000

    let plan: FleetPlan
    var random: SeededRandom
    var agenda = Agenda<Happening>()
    package var now = VirtualTime.seconds(0)
    var stage = Stage.faulty
    var network = FleetNetwork()
    var workers: [FleetWorker] = []
    var coordinator: FleetCoordinator?
    var incarnation = 0
    var frozenUntil = VirtualTime.seconds(0)
    /// When the coordinator took the last message of each worker.
    var lastHeard: [WorkerID: VirtualTime] = [:]
    /// How wrong the coordinator's wall clock is, in milliseconds.
    var wallClockOffset = 0
    var diskFullUntil = VirtualTime.seconds(0)
    /// Keys that are worth nothing any more; the key store outlives every coordinator.
    var revokedKeys: Set<WorkerKey> = []
    /// The keys of the coordinators.
    var keyStore = FleetKeyStore()
    var disk = FleetDisk()
    var journal: FleetJournal
    var model: FleetModel
    var canLoseJournal: Bool
    var trainerCount = 0
    /// Workers that joined from other hosts.
    var guestCount = 0
    var requestCount = 0
    var isOver = false
    /// The first violation that was found where nothing could be thrown.
    var violation: FleetViolation?
    package var story: FleetStory?
    var summary = Summary()

    /// - Parameters:
    ///   - weather: a planted bug has its own.
    ///   - isTold: keep a story, which takes time.
    package init(
        seed: UInt64, weather: FleetWeather = .stormy, bug: PlantedBug? = nil, isTold: Bool = false
    ) {
        random = SeededRandom(seed: seed)
        plan = FleetPlan(bug?.weather ?? weather, bug: bug, using: &random)
        model = FleetModel(tasks: plan.tasks, policy: plan.policy)
        model.drawsLots = plan.weather == .liar
        journal = FleetJournal(of: plan.tasks)
        canLoseJournal = plan.losesJournal
        story = isTold ? FleetStory(of: plan.tasks) : nil
    }

    /// Runs the sweep to its end.
    ///
    /// - Throws: a `FleetViolation` that says what was wrong.
    package mutating func run() throws(FleetViolation) -> Summary {
        network.faults = plan.network
        agenda.enter(.coordinatorStarts, at: random.time(.seconds(0)...(.seconds(2))))
        for _ in 0..<plan.workerCount {
            agenda.enter(.workerStarts, at: random.time(.seconds(0)...(.seconds(5))))
        }
        agenda.enter(.fault, at: plan.timeBetweenFaults)
        agenda.enter(.faultsEnd, at: plan.faultsEnd)
        while !isOver, let next = agenda.takeFirst() {
            now = next.time
            summary.eventCount += 1
            try checkTime()
            guard summary.eventCount < Self.eventLimit else {
                throw FleetViolation(description: "the fleet does not come to rest", task: model.firstUnfinished?.id)
            }
            try handle(next.happening)
            if let violation { throw violation }
        }
        summary.seconds = now.milliseconds / 1000
        summary.comparisonCount = model.comparisonCount
        if network.droppedCount > 0 { summary.faults["message dropped", default: 0] += network.droppedCount }
        if network.doubledCount > 0 { summary.faults["message doubled", default: 0] += network.doubledCount }
        return summary
    }

    private func checkTime() throws(FleetViolation) {
        switch stage {
        case .calm(let deadline) where now > deadline:
            throw FleetViolation(description: "the sweep is stuck", task: model.firstUnfinished?.id)
        case .draining(_, let deadline) where now > deadline:
            let left = workers.indices.first { !hasForgottenAll(FleetWorker.Index(rawValue: $0)) }.map { workers[$0] }
            throw FleetViolation(
                description: "\(left?.id.rawValue ?? "nobody") cannot forget an attempt",
                task: left?.said?.running.first?.task)
        default: return
        }
    }

    private mutating func handle(_ happening: Happening) throws(FleetViolation) {
        switch happening {
        case .coordinatorStarts, .coordinatorTurn, .coordinatorTick, .coordinatorTriesAgain, .stopIsInsistedOn,
            .coordinatorHears, .coordinatorLearns, .coordinatorIsTold, .checkpointIsWritten, .localWorkerIsGone,
            .coordinatorFreezes, .strangerSpeaks, .coordinatorLooksAtKeys:
            if now < frozenUntil {
                agenda.enter(happening, at: frozenUntil)
            } else {
                try handleAtCoordinator(happening)
            }
        case .workerStarts: startWorker()
        case .workerHears(_, let index, _), .workerTick(let index), .workerConnects(let index),
            .workerIsAskedToLeave(let index), .workerIsAskedToLeaveNow(let index), .starterIsGone(let index),
            .imagesAreRead(let index, _, _), .trainerFinishesEpoch(let index, _, _), .trainerExits(let index, _, _, _):
            guard workers[index.rawValue].isAlive else { return }
            if now < workers[index.rawValue].frozenUntil {
                agenda.enter(happening, at: workers[index.rawValue].frozenUntil)
            } else {
                try handle(happening, at: index)
            }
        case .nextKeyIsStored: storeNextKey()
        case .workerIsKilled(let index): kill(index)
        case .fault: strike()
        case .faultsEnd: calmDown()
        case .inspection: inspect()
        }
    }

    mutating func addToStory(_ text: String) {
        story?.add(text, at: now)
    }
}
