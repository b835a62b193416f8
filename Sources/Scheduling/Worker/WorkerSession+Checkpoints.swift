import Experiment
import Messages

// Checkpoints: to the coordinator, so that an attempt elsewhere can go on, and from it, to go on here.
//
// In each direction one piece is in flight, whatever the number of slots, and the next one follows the answer to it. So
// a slow link carries every piece once, and records are never far behind.

extension WorkerSession {
    /// The piece that was asked for.
    struct AskedPiece: Sendable {
        let key: AttemptKey
        let at: Instant
        /// The number of the first heartbeat that follows.
        let before: Int
    }

    // MARK: To the coordinator

    mutating func keep(_ content: CheckpointContent, of key: AttemptKey) -> [WorkerAction] {
        guard let state = attempts[key], state.stage.slot != nil else { return [] }
        outbox.put(content, of: key, at: now)
        return sendNextCheckpoint()
    }

    mutating func sendNextCheckpoint() -> [WorkerAction] {
        guard link == .up, outbox.sending == nil, let key = nextCheckpoint else { return [] }
        outbox.beginSending(key, at: now, before: nextNumber)
        return sendPiece()
    }

    /// The state that was handed over last, among attempts whose end is stored: most was trained since the one before
    /// it. Otherwise that of the running attempt that is due for the longest time.
    private var nextCheckpoint: AttemptKey? {
        let left = outbox.waiting.filter { attempts[$0.key] == nil }
        if !left.isEmpty { return left.max { isOlder($0, $1) }?.key }
        return outbox.waiting.filter { isDue($0.value.content.label, of: $0.key) }.keys
            .min { (settledAt($0), $0) < (settledAt($1), $1) }
    }

    /// A checkpoint is of use only with every record before it, so these are stored first.
    private func isDue(_ label: CheckpointLabel, of key: AttemptKey) -> Bool {
        let attempt = attempts[key]!
        return attempt.stage.isBusy && now - attempt.checkpointSettledAt >= checkpointInterval
            && !attempt.unacknowledged.contains { $0.record.epoch <= label.epoch }
    }

    private typealias Candidate = (key: AttemptKey, value: CheckpointOutbox.Waiting)

    private func isOlder(_ left: Candidate, _ right: Candidate) -> Bool {
        (left.value.savedAt, right.key) < (right.value.savedAt, left.key)
    }

    private func settledAt(_ key: AttemptKey) -> Instant { attempts[key]!.checkpointSettledAt }

    private mutating func sendPiece() -> [WorkerAction] {
        let piece = outbox.takePiece(limit: uplinkPiece.byteCount, at: now, before: nextNumber)
        return [.send(.checkpointPiece(outbox.sending!.key, piece))]
    }

    /// A repeated answer changes nothing: else each of them would be a stream of pieces of its own.
    mutating func continueSending(_ key: AttemptKey, epoch: Int, from offset: Int) -> [WorkerAction] {
        guard link == .up, let sending = outbox.sending, sending.key == key, sending.content.label.epoch == epoch,
            offset != sending.offset, (0...sending.content.bytes.count).contains(offset)
        else { return [] }
        if offset > sending.offset {
            uplinkPiece.learn(from: sending.pieceByteCount, answeredAfter: now - sending.sentAt)
            movedAt = now
        }
        outbox.advance(to: offset)
        return outbox.sending!.isWhole ? [] : sendPiece()
    }

    mutating func settleCheckpoint(of key: AttemptKey, epoch: Int) -> [WorkerAction] {
        guard let sending = outbox.sending, sending.key == key, sending.content.label.epoch == epoch else { return [] }
        outbox.endSending()
        attempts[key]?.checkpointSettledAt = now
        movedAt = now
        return sendNextCheckpoint() + finishIfSettled()
    }

    /// The piece in flight, over a new connection or because it was lost.
    mutating func sendPieceAgain(ifSentBefore number: Int) -> [WorkerAction] {
        guard let sending = outbox.sending else { return sendNextCheckpoint() }
        return sending.sentBefore <= number ? sendPiece() : []
    }

    // MARK: From the coordinator

    /// Asks for the next piece of one checkpoint. Checkpoints of earlier assignments come first.
    ///
    /// - Parameter number: what was asked for before the heartbeat of this number is asked for again.
    mutating func askForPiece(ifAskedBefore number: Int = 0) -> [WorkerAction] {
        let current = askedPiece.map(\.key).flatMap { attempts[$0]?.stage.isFetching == true ? $0 : nil }
        if current != nil, askedPiece!.before > number { return [] }
        return ask(of: current ?? order.first { attempts[$0]!.stage.isFetching })
    }

    private mutating func ask(of key: AttemptKey?) -> [WorkerAction] {
        guard link == .up else { return [] }
        guard let key, let place = attempts[key]?.fetch else {
            askedPiece = nil
            return []
        }
        askedPiece = AskedPiece(key: key, at: now, before: nextNumber)
        let limit = downlinkPiece.byteCount
        return [.send(.checkpointRequest(key, epoch: place.label.epoch, offset: place.offset, limit: limit))]
    }

    mutating func receive(_ piece: CheckpointPiece, of key: AttemptKey) -> [WorkerAction] {
        guard case .fetching(let slot) = attempts[key]?.stage, attempts[key]!.fetch!.append(piece) else { return [] }
        if let asked = askedPiece, asked.key == key {
            downlinkPiece.learn(from: piece.bytes.count, answeredAfter: now - asked.at)
        }
        guard attempts[key]!.fetch!.isComplete else { return ask(of: key) }
        // A checkpoint that was damaged on the disk or the way costs time, and no bit of the result.
        return train(key, slot: slot, from: attempts[key]!.fetch!.content()) + askForPiece()
    }

    mutating func changeResumePoint(of key: AttemptKey, to label: CheckpointLabel?) -> [WorkerAction] {
        guard case .fetching(let slot) = attempts[key]?.stage, attempts[key]!.fetch!.label != label else { return [] }
        guard let label else { return train(key, slot: slot, from: nil) + askForPiece() }
        attempts[key]!.fetch = CheckpointAssembly(of: label)
        return ask(of: key)
    }

    mutating func train(_ key: AttemptKey, slot: Int, from checkpoint: CheckpointContent?) -> [WorkerAction] {
        attempts[key]!.stage = .training(slot: slot)
        attempts[key]!.fetch = nil
        attempts[key]!.checkpointSettledAt = now
        return [.startTrainer(TrainerStart(key: key, task: attempts[key]!.task, slot: slot, checkpoint: checkpoint))]
    }
}
