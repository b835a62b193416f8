import Experiment

// Checkpoints: to the coordinator, so that an attempt elsewhere can go on, and from it, to go on here.
//
// The coordinator asks for each piece, and this side asks for each piece of the other direction. So a piece that was
// lost is sent again, a slow link carries no more than one of an attempt, and records are never far behind.

extension WorkerSession {
    /// Checkpoints of an attempt that the coordinator does not have.
    struct CheckpointOutbox: Sendable {
        /// The newest that the trainer handed over, until it is due.
        var newest: CheckpointContent?
        var sending: Sending?
        /// When the last one was settled, or training began.
        var settledAt: Instant

        var isEmpty: Bool { newest == nil && sending == nil }
    }

    /// The piece at `offset` was sent, and the coordinator has those before.
    struct Sending: Sendable {
        let content: CheckpointContent
        var offset = 0
        var sentAt: Instant
    }

    /// A checkpoint on its way here.
    struct Fetch: Sendable {
        var assembly: CheckpointAssembly
        /// When the next piece was asked for last; `nil` while it waits for a slot or a connection.
        var askedAt: Instant?

        init(_ label: CheckpointLabel) {
            assembly = CheckpointAssembly(of: label)
        }
    }

    // MARK: To the coordinator

    mutating func keep(_ content: CheckpointContent, of key: AttemptKey) -> [Action] {
        guard let state = attempts[key], state.stage.slot != nil else { return [] }
        attempts[key]!.outbox.newest = content
        return sendCheckpointIfDue(key)
    }

    /// A checkpoint is of use only with every record before it, so these are stored first.
    mutating func sendCheckpointIfDue(_ key: AttemptKey) -> [Action] {
        guard link == .up, let state = attempts[key], state.outbox.sending == nil, let newest = state.outbox.newest,
            !state.stage.isBusy || now - state.outbox.settledAt >= checkpointInterval,
            !state.unacknowledged.contains(where: { $0.record.epoch <= newest.label.epoch })
        else { return [] }
        attempts[key]!.outbox.newest = nil
        attempts[key]!.outbox.sending = Sending(content: newest, sentAt: now)
        return sendPiece(of: key)
    }

    private mutating func sendPiece(of key: AttemptKey) -> [Action] {
        guard let sending = attempts[key]?.outbox.sending else { return [] }
        attempts[key]!.outbox.sending!.sentAt = now
        return [.sendCheckpointPiece(key, sending.content.piece(at: sending.offset, limit: policy.pieceBytes))]
    }

    /// A repeated wish changes nothing: else each of them would be a stream of pieces of its own.
    mutating func continueSending(_ key: AttemptKey, epoch: Int, from offset: Int) -> [Action] {
        guard link == .up, let sending = attempts[key]?.outbox.sending, sending.content.label.epoch == epoch,
            offset != sending.offset, (0..<sending.content.bytes.count).contains(offset)
        else { return [] }
        attempts[key]!.outbox.sending!.offset = offset
        return sendPiece(of: key)
    }

    mutating func settleCheckpoint(of key: AttemptKey, epoch: Int) -> [Action] {
        guard let sending = attempts[key]?.outbox.sending, sending.content.label.epoch == epoch else { return [] }
        attempts[key]!.outbox.sending = nil
        attempts[key]!.outbox.settledAt = now
        return sendCheckpointIfDue(key) + endIfSettled(key)
    }

    /// Pieces that were not answered, and wishes.
    mutating func resendCheckpoint(of key: AttemptKey, olderThan age: Duration) -> [Action] {
        if let sending = attempts[key]?.outbox.sending {
            return now - sending.sentAt >= age ? sendPiece(of: key) : []
        }
        if let fetch = attempts[key]?.fetch, case .fetching = attempts[key]!.stage {
            return fetch.askedAt.map { now - $0 >= age } ?? true ? askForPiece(of: key) : []
        }
        return sendCheckpointIfDue(key)
    }

    // MARK: From the coordinator

    mutating func askForPiece(of key: AttemptKey) -> [Action] {
        guard link == .up, let assembly = attempts[key]?.fetch?.assembly else { return [] }
        attempts[key]!.fetch!.askedAt = now
        return [.sendCheckpointRequest(key, epoch: assembly.label.epoch, offset: assembly.offset)]
    }

    mutating func receive(_ piece: CheckpointPiece, of key: AttemptKey) -> [Action] {
        guard case .fetching(let slot) = attempts[key]?.stage, attempts[key]!.fetch!.assembly.append(piece) else {
            return []
        }
        guard attempts[key]!.fetch!.assembly.isComplete else { return askForPiece(of: key) }
        // One that was damaged on the disk or the way costs time, and no bit of the result.
        return train(key, slot: slot, from: attempts[key]!.fetch!.assembly.content())
    }

    mutating func changeResumePoint(of key: AttemptKey, to label: CheckpointLabel?) -> [Action] {
        guard case .fetching(let slot) = attempts[key]?.stage, attempts[key]!.fetch!.assembly.label != label else {
            return []
        }
        guard let label else { return train(key, slot: slot, from: nil) }
        attempts[key]!.fetch = Fetch(label)
        return askForPiece(of: key)
    }

    mutating func train(_ key: AttemptKey, slot: Int, from checkpoint: CheckpointContent?) -> [Action] {
        attempts[key]!.stage = .training(slot: slot)
        attempts[key]!.fetch = nil
        attempts[key]!.outbox.settledAt = now
        return [.startTrainer(key, attempts[key]!.task, slot: slot, from: checkpoint)]
    }
}
