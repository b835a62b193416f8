import Experiment
import Scheduling

/// A sweep in miniature: one real `TaskBoard`, several real `WorkerSession`s, and everything around them pretended.
/// One seed decides all of it, so a failure repeats exactly.
///
/// First faults of every kind happen; then they stop, and the sweep must end in time with every record stored once.
/// Last, the coordinator of another sweep takes over, and the workers must forget all that is left.
struct Fleet {
    enum Happening {
        case coordinatorStarts
        case coordinatorTurn(incarnation: Int)
        case coordinatorTick(incarnation: Int)
        case stopDeadline(incarnation: Int)
        case coordinatorHears(TaskBoard.Event, from: FleetWorker.Index, connection: Int, incarnation: Int)
        case coordinatorLearns(TaskBoard.Event)
        case workerStarts
        case workerHears(WorkerSession.Order, FleetWorker.Index, connection: Int)
        case workerTick(FleetWorker.Index)
        case workerConnects(FleetWorker.Index)
        case workerIsKilled(FleetWorker.Index)
        case workerIsAskedToLeave(FleetWorker.Index)
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

    /// The process that owns the journal.
    struct Coordinator {
        var board: TaskBoard
        let origin: VirtualTime
        var inbox: [TaskBoard.Event] = []
        var nextTick: VirtualTime?
        var isStopping = false
    }

    struct Summary: Equatable {
        var eventCount = 0
        var restartCount = 0
        var faultCount = 0
        var comparisonCount = 0
        var seconds = 0
        /// Of everything that was sent, in order.
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325

        mutating func fold(_ value: Int) {
            digest = (digest ^ UInt64(truncatingIfNeeded: value)) &* 0x100_0000_01B3
        }
    }

    let plan: FleetPlan
    var random: SeededRandom
    var agenda = Agenda<Happening>()
    var now = VirtualTime.seconds(0)
    var stage = Stage.faulty
    var network = FleetNetwork()
    var workers: [FleetWorker] = []
    var coordinator: Coordinator?
    var incarnation = 0
    var frozenUntil = VirtualTime.seconds(0)
    var model: FleetModel
    var canLoseJournal: Bool
    var trainerCount = 0
    var isOver = false
    var story: FleetStory?
    var summary = Summary()

    /// - Parameter isTold: keep a story, which takes time.
    init(seed: UInt64, isCalm: Bool = false, isTold: Bool = false) {
        random = SeededRandom(seed: seed)
        plan = FleetPlan(isCalm: isCalm, using: &random)
        model = FleetModel(tasks: plan.tasks, failuresOfTask: plan.policy.failuresOfTask)
        canLoseJournal = plan.losesJournal
        story = isTold ? FleetStory(of: plan.tasks) : nil
    }

    /// Runs the sweep to its end, or throws what was wrong.
    mutating func run() throws(FleetViolation) -> Summary {
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
            try handle(next.happening)
        }
        summary.seconds = now.milliseconds / 1000
        summary.comparisonCount = model.comparisonCount
        return summary
    }

    private func checkTime() throws(FleetViolation) {
        switch stage {
        case .calm(let deadline) where now > deadline:
            throw FleetViolation(description: "the sweep is stuck", task: model.firstUnfinished?.id)
        case .draining(_, let deadline) where now > deadline:
            let left = workers.first { $0.isAlive && $0.said?.running.isEmpty == false }?.said?.running.first
            throw FleetViolation(description: "a worker cannot forget an attempt", task: left?.task)
        default: return
        }
    }

    private mutating func handle(_ happening: Happening) throws(FleetViolation) {
        switch happening {
        case .coordinatorStarts, .coordinatorTurn, .coordinatorTick, .stopDeadline, .coordinatorHears,
            .coordinatorLearns:
            if now < frozenUntil {
                agenda.enter(happening, at: frozenUntil)
            } else {
                try handleAtCoordinator(happening)
            }
        case .workerStarts: startWorker()
        case .workerHears(_, let index, _), .workerTick(let index), .workerConnects(let index),
            .workerIsAskedToLeave(let index),
            .trainerFinishesEpoch(let index, _, _), .trainerExits(let index, _, _, _):
            guard workers[index.rawValue].isAlive else { return }
            if now < workers[index.rawValue].frozenUntil {
                agenda.enter(happening, at: workers[index.rawValue].frozenUntil)
            } else {
                try handle(happening, at: index)
            }
        case .workerIsKilled(let index): kill(index)
        case .fault: strike()
        case .faultsEnd: calmDown()
        case .inspection: inspect()
        }
    }

    mutating func tell(_ text: String) {
        story?.note(text, at: now)
    }
}
