import Experiment
import Scheduling

/// How a worker of a fleet lies. What it forges follows from the task and the epoch alone, so that several workers of
/// one key tell the same lie.
struct FleetLiar {
    enum Manner: CaseIterable {
        /// Records, checkpoints, names and ends.
        case everything
        /// Every checkpoint, and no record: whoever goes on from one stores wrong rows in good faith.
        case checkpoints
    }

    let manner: Manner
    /// Which of the workers that join are its own, in the order in which they join.
    let workers: Set<Int>
    /// Tells the lies of one seed from those of another.
    let salt: UInt64

    static let key = WorkerKey(ofPublicKey: "liar".utf8)

    /// The chance that an attempt of it ends after an epoch, for no reason.
    static let endRate = 0.15
    /// The chance that it says something in somebody else's name, too.
    static let claimRate = 0.03

    func forgesRecord(of task: SweepTask, epoch: Int) -> Bool {
        manner == .everything && lot(task, epoch, 1) % 3 == 0
    }

    func forgesCheckpoint(of task: SweepTask, epoch: Int) -> Bool {
        manner == .checkpoints || lot(task, epoch, 2) % 2 == 0
    }

    func forgedRecord(of task: SweepTask, epoch: Int) -> EpochRecord {
        var record = PretendTraining.record(of: task, epoch: epoch)
        if lot(task, epoch, 4) % 2 == 0, let other = PretendTraining.otherOutcomes(than: record.outcomes) {
            record.outcomes = other
            return record
        }
        record.metrics.trainLoss = record.metrics.trainLoss.nextUp
        return record
    }

    /// A state of the right form and another content.
    func forgedCheckpoint(of task: SweepTask, epoch: Int) -> CheckpointContent {
        let bytes = PretendTraining.checkpoint(of: task, epoch: epoch).bytes
        return CheckpointContent(epoch: epoch, bytes: bytes.map { $0 ^ 0x55 })
    }

    /// Whether the bytes of the state after the epoch are others than it announces. Nobody can go on from such a state.
    func garblesCheckpoint(of task: SweepTask, epoch: Int) -> Bool {
        manner == .everything && lot(task, epoch, 6) % 4 == 0
    }

    /// How many epochs behind the forged state come out right, as where the state of a random stream is wrong that is
    /// used later.
    func rightEpochs(behindStateOf task: SweepTask, epoch: Int) -> Int { Int(lot(task, epoch, 5) % 3) }

    /// Whether a trainer that goes on from the forged state dies at once.
    func isTrap(_ task: SweepTask, epoch: Int) -> Bool { lot(task, epoch, 3) % 4 == 0 }

    private func lot(_ task: SweepTask, _ epoch: Int, _ kind: UInt64) -> UInt64 {
        var random = SeededRandom(seed: salt ^ UInt64(task.parameters.seed) << 24 ^ UInt64(epoch) << 4 ^ kind)
        return random.next() >> 8
    }
}

extension FleetPlan {
    /// The fleet of the weather with a liar, where nothing else goes wrong but that coordinators are killed.
    static func drawLiar(_ policy: inout TaskBoard.Policy, using random: inout SeededRandom) -> FleetLiar {
        let manner = random.pick(FleetLiar.Manner.allCases)
        policy.trustsCheckpoints = manner == .everything && random.chance(0.5)
        // A liar whose records are wrong is found by audits alone; one that forges checkpoints also without.
        policy.auditShare = manner == .everything ? 1 : random.pick([0, 1])
        let first = random.integer(0...2)
        let workers: Set<Int> = random.chance(0.5) ? [first] : [first, first + 1]
        return FleetLiar(manner: manner, workers: workers, salt: UInt64(random.integer(0...1_000_000)) << 32)
    }

    /// Two honest workers that join decide, or one of the coordinator's host, whose word is the owner's.
    static func drawWorkersBesides(
        _ liar: FleetLiar, using random: inout SeededRandom
    ) -> (count: Int, hasLocalWorker: Bool) {
        let honestCount = random.integer(0...3)
        return (liar.workers.max()! + 1 + honestCount, honestCount < 3 || random.chance(0.5))
    }
}
