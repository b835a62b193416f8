import Experiment
import Scheduling

/// Everything about one run of the fleet that is settled before it begins, drawn from its seed.
struct FleetPlan {
    static let sweepName = "simulated"

    let weather: FleetWeather
    let tasks: [SweepTask]
    let policy: TaskBoard.Policy
    let workerCount: Int
    /// Whether coordinators start a worker on their own host, and how long it outlives them.
    let hasLocalWorker: Bool
    /// The chance that it cannot be told whether one is there, and that it was started with other options.
    let hiddenWorkerRate: Double
    let changedOptionsRate: Double
    let linger: Duration
    /// When the faults stop.
    let faultsEnd: VirtualTime
    let timeBetweenFaults: VirtualTime
    let network: FleetNetwork.Faults
    /// Whether a message can outlive its connection, and a connection its end unnoticed.
    let hasStaleMessages: Bool
    /// The chance that the coordinator is killed in a turn, or that the turn's transaction fails.
    let killRate: Double
    let commitFailureRate: Double
    let trainerFailureRate: Double
    let hasPoisonedWorker: Bool
    /// Whether some hosts have other images than those of the sweep, and how often some cannot be read.
    let hasOtherImages: Bool
    let imageFaultRate: Double
    /// Whether a restarted coordinator may find an empty journal: the same sweep with another `--out`.
    let losesJournal: Bool
    /// Whether some hosts compute other bits where it can do no harm: in a second execution.
    let hasWrongBits: Bool
    /// `nil` where all workers are honest.
    let liar: FleetLiar?
    let checkpointInterval: VirtualTime
    /// How many events, and how many bytes of them, a turn takes; the others that have arrived wait for the next turn.
    let inboxCapacity: Int
    let inboxByteCapacity: Int
    /// No worker can be sent a larger checkpoint.
    static let checkpointByteLimit = 64
    /// The chance that a coordinator which starts finds a larger one.
    let largeCheckpointRate: Double
    /// The chance that a coordinator which starts cannot list them.
    let listingFaultRate: Double
    /// The chance that a host reports what no trainer can have made, for each epoch.
    let impossibleRecordRate: Double
    /// The chance that a host cannot start a trainer.
    let startFaultRate: Double
    /// The chance that a worker which joins has the name of another one.
    let sameNameRate: Double
    let bug: PlantedBug?

    init(_ weather: FleetWeather = .stormy, bug: PlantedBug? = nil, using random: inout SeededRandom) {
        self.bug = bug
        self.weather = weather
        let isStormy = weather.isStormy
        let epochs = random.integer(1...8)
        tasks = (0..<random.integer(1...20)).map { PretendTraining.task($0, epochs: epochs) }
        var policy = TaskBoard.Policy()
        policy.lease = .seconds(isStormy ? random.integer(6...20) : 20)
        policy.workersMayJoin = true
        // Another one in most fleets.
        policy.auditSecret = "\(tasks.count) tasks of \(epochs) epochs"
        if bug == .leaseNeverExpires { policy.lease = .seconds(1_000_000) }
        let interval = random.pick([0, 0, 3, 10])
        policy.checkpointInterval = .seconds(interval)
        checkpointInterval = .seconds(interval)
        policy.auditShare = isStormy ? random.pick([0, 0, 0.5]) : 0
        liar = weather == .liar ? Self.drawLiar(&policy, using: &random) : nil
        self.policy = policy
        // The bug needs a worker of the coordinator's host that outlives its coordinator.
        let needsSurvivor = bug == .moreWaitingIgnored || bug == .moreWaitingCounted
        let workers =
            liar.map { Self.drawWorkersBesides($0, using: &random) } ?? (random.integer(1...5), random.chance(0.5))
        workerCount = workers.0
        hasLocalWorker = workers.1 || needsSurvivor
        // Coordinators that die at once, one after another, are like none; a worker that waits for all of them shows
        // what it keeps.
        hiddenWorkerRate = isStormy ? random.pick([0, 0.3]) : 0
        changedOptionsRate = isStormy ? random.pick([0, 0.3]) : 0
        linger = .seconds(isStormy ? needsSurvivor ? 60 : random.pick([0, 10, 60]) : 600)
        faultsEnd = weather == .calm ? .seconds(0) : random.time(.seconds(20)...(.seconds(400)))
        timeBetweenFaults = isStormy ? random.time(.seconds(2)...(.seconds(30))) : .seconds(1_000_000)
        // Messages get lost in each fleet with the bug that shows in nothing else.
        let losesMessages = bug == .heartbeatNotAnswered
        let isOrdered = !losesMessages && (!isStormy || random.chance(0.5))
        hasStaleMessages = !isOrdered && random.chance(0.5)
        let worst = random.time(.milliseconds(5)...(isOrdered ? .seconds(2) : .seconds(15)))
        network = FleetNetwork.Faults(
            dropRate: isOrdered ? 0 : losesMessages ? 0.2 : random.pick([0, 0.02, 0.2]),
            duplicationRate: isOrdered ? 0 : random.pick([0, 0.02, 0.2]), slowest: worst, isOrdered: isOrdered)
        // What a restarted coordinator believes shows in no fleet whose coordinator lives.
        let needsRestarts = bug == .judgementsForgottenAtRestart
        killRate =
            switch weather {
            case .calm: 0
            case .restarts: random.pick([0.01, 0.05, 0.2])
            case .liar: max(needsRestarts ? 0.03 : 0, random.pick([0, 0, 0.01]))
            case .stormy, .hostile: random.pick([0, 0.002, 0.02])
            }
        commitFailureRate = isStormy ? random.pick([0, 0.01, 0.1]) : 0
        trainerFailureRate = isStormy ? random.pick([0, 0.05, 0.3]) : 0
        hasPoisonedWorker = isStormy && random.chance(0.2)
        hasOtherImages = isStormy && random.chance(0.1)
        imageFaultRate = isStormy ? random.pick([0, 0, 0.1]) : 0
        losesJournal = isStormy && random.chance(0.2)
        hasWrongBits = isStormy && !losesJournal && random.chance(0.2)
        // Last, so that a seed draws the same for everything else in every weather.
        inboxCapacity = weather == .hostile ? random.pick([1, 4, 64]) : .max
        impossibleRecordRate = weather == .hostile ? random.pick([0, 0.03]) : 0
        startFaultRate = isStormy ? random.pick([0, 0, 0.05]) : 0
        let sameName = isStormy ? random.pick([0, 0.3]) : 0
        sameNameRate = bug == .revokedNameFreed ? 0.6 : sameName
        // A message at a time where a bug shows in turns that are full of bytes alone.
        let byteCapacities = [.max, FleetWorker.pieceBytes / 4, FleetWorker.pieceBytes]
        let byteCapacity = weather == .hostile ? random.pick(byteCapacities) : .max
        inboxByteCapacity = bug == .moreWaitingCounted ? byteCapacities[1] : byteCapacity
        largeCheckpointRate = isStormy ? random.pick([0, 0.3]) : 0
        listingFaultRate = isStormy ? random.pick([0, 0.2]) : 0
    }

    /// What the board goes by, which a planted bug may have changed.
    var boardPolicy: TaskBoard.Policy {
        var policy = policy
        if bug == .checkpointOfStrangerNotAudited { policy.trustsCheckpoints = true }
        if bug == .lotsWithoutSecret { policy.auditSecret = "" }
        return policy
    }

    /// How long the fleet may take when all is well again: every task once more on one slow slot, after every wait
    /// that an earlier fault can have left behind.
    var patience: VirtualTime {
        let work = tasks.reduce(0) { $0 + $1.parameters.epochs * FleetWorker.slowestEpoch.milliseconds }
        return .milliseconds(work * policy.failuresOfTask) + .seconds(120)
    }
}

/// The kinds of things that go wrong in a fleet.
package enum FleetWeather: String, CaseIterable, Sendable {
    /// Nothing.
    case calm
    /// Coordinators are killed in mid-turn, and nothing else fails.
    case restarts
    /// One worker lies: it forges records, checkpoints, names and ends. Coordinators may be killed.
    case liar
    /// Processes, links and disks fail in every way.
    case stormy
    /// As stormy, and besides keys are revoked, workers of other versions speak, hosts report what no trainer can have
    /// made, coordinators freeze soon after they start, and more arrives than a turn takes.
    case hostile

    var isStormy: Bool { self == .stormy || self == .hostile }
}
