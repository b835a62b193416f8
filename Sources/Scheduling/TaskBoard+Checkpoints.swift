import Experiment

// Checkpoints: those that are stored, those that arrive, and those that are sent along with a task.

extension TaskBoard {
    /// A checkpoint that a worker sends, piece by piece.
    struct IncomingCheckpoint: Sendable {
        let key: AttemptKey
        let worker: WorkerID
        let label: CheckpointLabel
        /// When the last piece came.
        var heardAt: Instant
        /// So many bytes are here. All: it is being saved, and an event says how that went.
        var received = 0

        var isComplete: Bool { received == label.byteCount }
    }

    /// Of tasks that are not done: every record up to the checkpoint's epoch is stored.
    public var storedCheckpoints: [TaskID: CheckpointLabel] { checkpoints }

    // MARK: From workers

    mutating func take(_ piece: CheckpointPiece, of key: AttemptKey, from worker: WorkerID) -> [Action] {
        let settled = Action.sendCheckpointSettled(worker, key, epoch: piece.label.epoch)
        guard let ordinal = ordinals[key.task], tasks[ordinal][key.attempt]?.worker == worker else {
            let reason = "a checkpoint of an attempt that this worker was not given"
            return [.noteRejected(worker, key, reason: reason), settled]
        }
        guard isWanted(piece.label, of: ordinal) else { return [settled] }
        if let other = incoming[key.task], other.key != key || other.label != piece.label {
            // Two attempts train the task. The older state waits, unanswered since nothing of it is safe, until the newer
            // one is saved or has fallen silent: two that took turns would never come to an end.
            let isNewer = piece.label.epoch > other.label.epoch
            guard !other.isComplete, isNewer || now - other.heardAt >= policy.lease else { return [] }
            incoming[key.task] = nil
        }
        let expected = incoming[key.task]?.received ?? 0
        guard piece.offset == expected else {
            let isComplete = incoming[key.task]?.isComplete ?? false
            return isComplete
                ? [] : [.sendCheckpointWanted(worker, key, epoch: piece.label.epoch, offset: expected)]
        }
        var state =
            incoming[key.task] ?? IncomingCheckpoint(key: key, worker: worker, label: piece.label, heardAt: now)
        state.received = piece.end
        state.heardAt = now
        incoming[key.task] = state
        let kept = Action.keepCheckpointPiece(key, piece)
        return state.isComplete
            ? [kept] : [kept, .sendCheckpointWanted(worker, key, epoch: piece.label.epoch, offset: piece.end)]
    }

    /// Whether an attempt could go on from it, and would be further than from the one that is stored.
    private func isWanted(_ label: CheckpointLabel, of ordinal: Int) -> Bool {
        let task = tasks[ordinal]
        guard task.phase != .done, label.epoch > checkpoints[task.task.id]?.epoch ?? 0 else { return false }
        return isResumable(label, task)
    }

    /// An attempt that resumes never trains the epochs before again, so their records must be stored.
    func isResumable(_ label: CheckpointLabel, _ task: TaskState) -> Bool {
        label.epoch < task.committed.capacity && (1...label.epoch).allSatisfy { task.committed.contains($0) }
    }

    /// The checkpoint is on the disk under its name: the older one can go.
    mutating func noteSaved(_ label: CheckpointLabel, of task: TaskID) -> [Action] {
        let isAwaited = incoming[task]?.isComplete ?? false
        let answer = isAwaited ? settleIncoming(label, of: task) : []
        guard let ordinal = ordinals[task] else { return [.deleteCheckpoint(task, label)] + answer }
        guard checkpoints[task] != label else { return answer }
        guard isWanted(label, of: ordinal) else { return [.deleteCheckpoint(task, label)] + answer }
        let older = checkpoints.updateValue(label, forKey: task)
        return (older.map { [.deleteCheckpoint(task, $0)] } ?? []) + answer
    }

    /// Its bytes were others, or could not be written. The worker forgets it, and sends the next one in its time.
    mutating func noteNotSaved(_ label: CheckpointLabel, of task: TaskID) -> [Action] {
        settleIncoming(label, of: task)
    }

    private mutating func settleIncoming(_ label: CheckpointLabel, of task: TaskID) -> [Action] {
        guard let state = incoming[task], state.label == label else { return [] }
        incoming[task] = nil
        return [.sendCheckpointSettled(state.worker, state.key, epoch: label.epoch)]
    }

    /// The last record is stored: nobody goes on from here.
    mutating func discardCheckpoints(of task: TaskID) -> [Action] {
        var actions: [Action] = []
        if let stored = checkpoints.removeValue(forKey: task) { actions.append(.deleteCheckpoint(task, stored)) }
        if let state = incoming[task], !state.isComplete {
            incoming[task] = nil
            actions.append(.dropCheckpointPieces(task))
        }
        return actions
    }

    // MARK: To workers

    mutating func serve(_ key: AttemptKey, epoch: Int, offset: Int, to worker: WorkerID) -> [Action] {
        guard let ordinal = ordinals[key.task], tasks[ordinal][key.attempt]?.worker == worker else {
            let reason = "a wish for the checkpoint of an attempt that this worker was not given"
            return [.noteRejected(worker, key, reason: reason), .sendResumePoint(worker, key, nil)]
        }
        guard let label = checkpoints[key.task], label.epoch == epoch, offset < label.byteCount else {
            return [.sendResumePoint(worker, key, checkpoints[key.task])]
        }
        return [.sendCheckpointPiece(worker, key, label, offset: offset)]
    }

    /// The file cannot be read. Who asks for it again learns that it is gone.
    mutating func noteUnreadable(_ label: CheckpointLabel, of task: TaskID) -> [Action] {
        guard checkpoints[task] == label else { return [] }
        checkpoints[task] = nil
        return [.deleteCheckpoint(task, label)]
    }
}
