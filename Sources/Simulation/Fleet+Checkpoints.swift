import Experiment
import Scheduling

// The coordinator's checkpoint files.

extension Fleet {
    /// With the last piece the file is written, on a thread of its own: the coordinator may die before and after.
    mutating func keep(_ piece: CheckpointPiece, of key: AttemptKey) {
        do { try model.checkKept(key) } catch { violation = violation ?? error }
        if plan.bug == .checkpointDeletedTooEarly, let older = disk.newest()[key.task] {
            disk.remove(older, of: key.task)
        }
        guard let bytes = disk.add(piece, of: key) else { return }
        agenda.enter(
            .checkpointIsWritten(incarnation: incarnation, bytes, piece.label, key),
            at: now + random.time(.milliseconds(1)...(.milliseconds(200))))
    }

    mutating func write(_ bytes: [UInt8], _ label: CheckpointLabel, _ key: AttemptKey) {
        guard coordinator != nil else { return }
        let report: TaskBoard.Event
        if isFaulty, now < diskFullUntil || random.chance(plan.commitFailureRate) {
            summary.count("checkpoint not saved")
            report = .checkpointNotSaved(key, label)
        } else if ContentDigest(of: bytes) != label.digest {
            report = .checkpointForged(key, label)
        } else {
            disk.store(bytes, as: label, of: key.task)
            summary.checkpointCount += 1
            report = .checkpointSaved(key, label)
        }
        agenda.enter(
            .coordinatorIsTold(incarnation: incarnation, report),
            at: now + random.time(.milliseconds(0)...(.milliseconds(50))))
    }

    /// A planted bug: the worker is told to forget a checkpoint of which only a piece is here.
    mutating func settleTooEarly(
        _ piece: CheckpointPiece, of key: AttemptKey, in deliveries: Deliveries<FleetConnection>, of turn: FleetTurn
    ) throws(FleetViolation) {
        guard let worker = coordinator!.core.board.owner(of: key) else { return }
        if !isDraining { try model.checkSettled(key, epoch: piece.label.epoch, answering: turn.events) }
        send(.checkpointSettled(key, epoch: piece.label.epoch), to: connection(of: index(of: worker)))
    }

    /// Somebody puts a file into the run directory that no worker can be sent.
    mutating func leaveLargeCheckpoint() {
        guard isFaulty, random.chance(plan.largeCheckpointRate) else { return }
        let tasks = plan.tasks.map(\.id).filter { disk.files[$0] == nil && model.isStored($0, epoch: 1) }
        guard !tasks.isEmpty else { return }
        summary.count("checkpoint larger than any can be")
        let content = CheckpointContent(
            epoch: 1, bytes: Array(repeating: 0, count: FleetPlan.checkpointByteLimit + 1))
        disk.store(content.bytes, as: content.label, of: random.pick(tasks))
    }
}
