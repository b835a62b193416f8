import Experiment
import Messages
import Scheduling

// What a worker does that lies.

extension Fleet {
    /// The liar whose worker this is; `nil` for an honest one.
    func liar(at index: FleetWorker.Index) -> FleetLiar? { workers[index.rawValue].isLiar ? plan.liar : nil }

    /// What a trainer of the worker says of an epoch; `nil` where it says the truth.
    mutating func lie(about trainer: FleetWorker.Trainer, at index: FleetWorker.Index) -> EpochRecord? {
        guard let liar = liar(at: index), liar.forgesRecord(of: trainer.task, epoch: trainer.epoch) else { return nil }
        summary.count("record forged")
        model.allowWrongBits(of: trainer.key, epoch: trainer.epoch)
        model.liars.insert(workers[index.rawValue].key)
        let forged = liar.forgedRecord(of: trainer.task, epoch: trainer.epoch)
        if forged.metrics == PretendTraining.record(of: trainer.task, epoch: trainer.epoch).metrics {
            summary.count("images forged, and nothing else")
        }
        return forged
    }

    mutating func savedState(of trainer: FleetWorker.Trainer, at index: FleetWorker.Index) -> CheckpointContent {
        let right = PretendTraining.checkpoint(of: trainer.task, epoch: trainer.epoch)
        // In good faith: what comes of a forged state is as wrong.
        if trainer.wrongFrom != nil {
            return CheckpointContent(epoch: trainer.epoch, bytes: right.bytes.map { $0 ^ 0x33 })
        }
        guard let liar = liar(at: index), liar.forgesCheckpoint(of: trainer.task, epoch: trainer.epoch) else {
            return right
        }
        summary.count("checkpoint forged")
        model.liars.insert(workers[index.rawValue].key)
        return liar.forgedCheckpoint(of: trainer.task, epoch: trainer.epoch)
    }

    /// The message as the worker sends it: a liar sends other bytes of some states than it announces.
    mutating func garbled(_ message: WorkerMessage, at index: FleetWorker.Index) -> WorkerMessage {
        guard let liar = liar(at: index), case .checkpointPiece(let key, let piece) = message,
            let task = plan.tasks.first(where: { $0.id == key.task }),
            liar.garblesCheckpoint(of: task, epoch: piece.label.epoch)
        else { return message }
        if piece.offset == 0 { summary.count("checkpoint of other bytes than announced") }
        let bytes = piece.bytes.map { $0 ^ 0x66 }
        return .checkpointPiece(key, CheckpointPiece(label: piece.label, offset: piece.offset, bytes: bytes))
    }

    /// Of an attempt that the liar gives up after an epoch: with an outcome that it makes up.
    mutating func madeUpEnd(at index: FleetWorker.Index) -> AttemptOutcome? {
        guard let liar = liar(at: index), isFaulty, random.chance(FleetLiar.endRate) else { return nil }
        summary.count("end made up")
        guard liar.manner != .checkpoints else { return .preempted }
        let outcome = random.pick([AttemptOutcome.error, .diverged, .preempted, .killed])
        // It alone can be found out by those who train the task.
        if outcome == .diverged { model.liars.insert(workers[index.rawValue].key) }
        return outcome
    }

    /// Whether an honest trainer that goes on from this state dies at once.
    func isTrapped(_ start: TrainerStart, at index: FleetWorker.Index) -> Bool {
        guard let liar = plan.liar, !workers[index.rawValue].isLiar, let epoch = start.checkpoint?.label.epoch,
            start.checkpoint == liar.forgedCheckpoint(of: start.task, epoch: epoch)
        else { return false }
        return liar.isTrap(start.task, epoch: epoch)
    }

    /// The liar says what it says in the name of somebody else, too, with its own key.
    mutating func claimName(saying message: WorkerMessage, at index: FleetWorker.Index) {
        guard let liar = liar(at: index), liar.manner == .everything, let coordinator,
            random.chance(FleetLiar.claimRate)
        else { return }
        let key = workers[index.rawValue].key
        let known = coordinator.boundNames.union(lastHeard.keys).filter {
            workers[self.index(of: $0).rawValue].key != key
        }
        guard !known.isEmpty else { return }
        summary.count("name claimed by the liar")
        let name = random.pick(known.sorted())
        let connection = FleetConnection(self.index(of: name), number: 0, key: key, isIntruder: true)
        agenda.enter(
            .coordinatorHears(message, from: name, over: connection, incarnation: incarnation),
            at: now + random.time(.milliseconds(1)...(.milliseconds(50))))
    }

    /// Tells the core what the comparisons came to, as a shell does.
    mutating func learn(_ compared: [ComparedRecord]) throws(FleetViolation) {
        guard !isDraining else { return }
        coordinator!.core.learn(compared.map(plantedBug), at: coordinatorInstant)
        if let broken = coordinator!.core.firstBrokenInvariant() { throw FleetViolation(description: broken) }
    }

    private func plantedBug(in record: ComparedRecord) -> ComparedRecord {
        var record = record
        switch plan.bug {
        // All seem to agree, so nobody is asked a third time.
        case .thirdExecutionNotStarted: record.difference = nil
        // No two seem to agree, so no majority is ever found.
        case .majorityIgnored:
            record.difference = record.difference.map { _ in
                RecordDigest(measured: ContentDigest(of: Array("attempt \(record.attempt.attempt.rawValue)".utf8)))
            }
        default: break
        }
        return record
    }
}
