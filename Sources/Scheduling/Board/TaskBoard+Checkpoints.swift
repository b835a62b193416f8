import Experiment
import Status

// Checkpoints: those that are stored, those that arrive, and those that are sent along with a task.

extension TaskBoard {
    /// A checkpoint that a worker sends, piece by piece.
    struct IncomingCheckpoint: Sendable {
        let key: AttemptKey
        let label: CheckpointLabel
        /// How many bytes are here. When all are, the checkpoint is being saved, and an event says how that went.
        var received = 0

        var isWhole: Bool { received == label.byteCount }
    }

    /// The checkpoints of tasks that are not done: every record up to a checkpoint's epoch is stored.
    public var storedCheckpoints: [TaskID: CheckpointLabel] { checkpoints }

    // MARK: From workers

    mutating func take(_ piece: CheckpointPiece, of key: AttemptKey, from worker: WorkerID) -> [Action] {
        guard let ordinal = ordinals[key.task], tasks[ordinal][key.attempt]?.worker == worker else {
            let reason = "a checkpoint of an attempt that this worker was not given"
            return [
                .reportRejected(worker, key, reason: reason),
                .send(.checkpointSettled(key, epoch: piece.label.epoch), to: worker),
            ]
        }
        guard workers[worker] != nil else { return [.send(.whoAreYou, to: worker)] }
        workers[worker]!.movedAt = now
        // While one of the task is being saved no other one begins, so that no more waits for the disk than there are
        // tasks. Its worker hears nothing, and sends the piece again with a later heartbeat.
        let hasBegun = workers[worker]!.incoming.map { $0.key == key && $0.label == piece.label } ?? false
        guard hasBegun || !saving.keys.contains(where: { $0.task == key.task }) else { return [] }
        var actions: [Action] = []
        if let other = workers[worker]!.incoming, other.key != key || other.label != piece.label {
            // A worker sends one checkpoint at a time, so it has given the other one up.
            actions += dropIncoming(of: worker)
        }
        guard isWanted(piece.label, of: ordinal, by: key.attempt) else {
            actions += dropIncoming(of: worker) + [.send(.checkpointSettled(key, epoch: piece.label.epoch), to: worker)]
            endHandOver(of: key, upTo: piece.label.epoch)
            removeIfGone(worker)
            return actions
        }
        return actions + append(piece, of: key, from: worker)
    }

    private mutating func append(_ piece: CheckpointPiece, of key: AttemptKey, from worker: WorkerID) -> [Action] {
        var state = workers[worker]!.incoming ?? IncomingCheckpoint(key: key, label: piece.label)
        guard piece.offset == state.received else {
            return [.send(.checkpointWanted(key, epoch: piece.label.epoch, offset: state.received), to: worker)]
        }
        state.received = piece.end
        workers[worker]!.incoming = state
        if state.isWhole { saving[key] = state.label }
        return [
            .changeFiles(.keep(piece, of: key)),
            .send(.checkpointWanted(key, epoch: piece.label.epoch, offset: piece.end), to: worker),
        ]
    }

    /// The pieces of a whole checkpoint stay: they are being saved.
    private mutating func dropIncoming(of worker: WorkerID) -> [Action] {
        guard let state = workers[worker]?.incoming else { return [] }
        workers[worker]!.incoming = nil
        return state.isWhole ? [] : [.changeFiles(.dropPieces(of: state.key))]
    }

    /// Whether an attempt could go on from it, and would be further than from the one that is stored. Nothing is taken
    /// that is larger than any state of the task.
    func isWanted(_ label: CheckpointLabel, of ordinal: Int, by author: Attempt) -> Bool {
        let task = tasks[ordinal]
        guard isBelieved(author, of: task), !hasForged(task[author]!.identity), task.phase != .done,
            label.epoch > checkpoints[task.task.id]?.epoch ?? 0
        else { return false }
        return isResumable(label, task) && label.byteCount <= task.task.parameters.norm.checkpointBytes.upperBound
    }

    /// Whether a state of this attempt is taken: not where a key had a hand in it that is believed no more, or whose
    /// state is to blame for the end of an attempt.
    func isBelieved(_ author: Attempt, of task: TaskState) -> Bool {
        let blamed = Set(task.attempts.filter(\.execution.hasBlamedCheckpoint).map(\.identity))
        let hands = task.hands(inStateOf: author)
        return !hands.isEmpty && hands.allSatisfy { !standings.isCondemned($0) && !blamed.contains($0) }
    }

    /// An attempt that resumes never trains the epochs before again, so their records must be stored.
    func isResumable(_ label: CheckpointLabel, _ task: TaskState) -> Bool {
        label.epoch < task.committed.capacity && (1...label.epoch).allSatisfy { task.committed.contains($0) }
    }

    /// The checkpoint is on the disk under its name: the older one can go.
    mutating func replaceCheckpoint(by label: CheckpointLabel, of key: AttemptKey) -> [Action] {
        let task = key.task
        endSaving(label, of: key)
        let answer = settleIncoming(label, of: key)
        defer { endHandOver(of: key, upTo: label.epoch) }
        guard let ordinal = ordinals[task] else { return [.changeFiles(.delete(label, of: task))] + answer }
        guard checkpoints[task] != label else { return answer }
        guard isWanted(label, of: ordinal, by: key.attempt) else {
            return [.changeFiles(.delete(label, of: task))] + answer
        }
        let older = checkpoints.updateValue(label, forKey: task)
        checkpointAuthors[task] = key.attempt
        return [.store(.checkpointKept(key, label))]
            + (older.map { [.changeFiles(.delete($0, of: task))] } ?? []) + answer
    }

    /// A checkpoint's bytes were others, or some of them could not be written. The worker forgets the checkpoint, and
    /// sends the next one in its time. A piece that is in flight finds nothing to be added to.
    mutating func giveUpIncoming(_ label: CheckpointLabel, of key: AttemptKey) -> [Action] {
        endSaving(label, of: key)
        defer { endHandOver(of: key, upTo: label.epoch) }
        return settleIncoming(label, of: key)
    }

    /// Of so many checkpoints that were not what they were announced as, further ones of the key are not taken: each
    /// costs as much of the disk's time as a right one.
    package static let forgeryLimit = 3

    /// The worker announced other bytes than it sent: the disk is not to blame, and neither is the link, which nobody
    /// without the key can change. A piece that was not written before made such a checkpoint, too, and was reported.
    mutating func recordForgery(_ label: CheckpointLabel, of key: AttemptKey) -> [Action] {
        let isItsOwn = saving[key] == label
        let actions = giveUpIncoming(label, of: key)
        guard isItsOwn, let attempt = tasks[ordinals[key.task]!][key.attempt] else { return actions }
        forgeryCounts[attempt.identity, default: 0] += 1
        let isDistrusted = forgeryCounts[attempt.identity] == Self.forgeryLimit
        return actions + [.reportForgedCheckpoint(attempt.worker, key)]
            + (isDistrusted ? quarantine(attempt.worker) : [])
    }

    private func hasForged(_ identity: WorkerIdentity) -> Bool {
        forgeryCounts[identity, default: 0] >= Self.forgeryLimit
    }

    private mutating func endSaving(_ label: CheckpointLabel, of key: AttemptKey) {
        if saving[key] == label { saving[key] = nil }
    }

    private mutating func settleIncoming(_ label: CheckpointLabel, of key: AttemptKey) -> [Action] {
        guard let worker = owner(of: key), let state = workers[worker]?.incoming, state.key == key,
            state.label == label
        else { return [] }
        workers[worker]!.incoming = nil
        removeIfGone(worker)
        return [.send(.checkpointSettled(key, epoch: label.epoch), to: worker)]
    }

    /// The last record is stored: nobody goes on from here. Pieces of one that still comes are dropped with the next of
    /// them, or with their worker.
    mutating func discardCheckpoints(of task: TaskID) -> [Action] {
        checkpointAuthors[task] = nil
        return checkpoints.removeValue(forKey: task).map { [.changeFiles(.delete($0, of: task))] } ?? []
    }

    /// Drops what a worker has sent of its states, of which no more pieces come.
    mutating func forgetStates(of worker: WorkerID) -> [Action] {
        let dropped = dropIncoming(of: worker)
        for key in handOvers.keys where handOvers[key]!.worker == worker { endHandOver(of: key) }
        return dropped
    }

    // MARK: To workers

    mutating func serve(
        _ key: AttemptKey, epoch: Int, offset: Int, limit: Int?, to worker: WorkerID
    ) -> [Action] {
        guard let ordinal = ordinals[key.task], tasks[ordinal][key.attempt]?.worker == worker else {
            let reason = "a wish for the checkpoint of an attempt that this worker was not given"
            return [.reportRejected(worker, key, reason: reason), .send(.resumePoint(key, nil), to: worker)]
        }
        guard let label = checkpoints[key.task], label.epoch == epoch, offset < label.byteCount else {
            return recordOrigin(of: key) + [.send(.resumePoint(key, checkpoints[key.task]), to: worker)]
        }
        return [.sendCheckpointPiece(worker, key, label, offset: offset, limit: limit)]
    }

    /// The file cannot be read. Who asks for it again learns that it is gone.
    mutating func forgetCheckpoint(_ label: CheckpointLabel, of task: TaskID) -> [Action] {
        guard checkpoints[task] == label else { return [] }
        checkpoints[task] = nil
        checkpointAuthors[task] = nil
        return [.changeFiles(.delete(label, of: task))]
    }

    // MARK: Who made them

    /// Records where the attempt is told to go on. What it was told before counts no more, unless it trains already.
    mutating func recordOrigin(of key: AttemptKey) -> [Action] {
        let ordinal = ordinals[key.task]!, place = key.attempt.rawValue - 1
        let origin = checkpoints[key.task].map {
            CheckpointOrigin(epoch: $0.epoch, author: checkpointAuthors[key.task])
        }
        guard !tasks[ordinal].attempts[place].hasReported, tasks[ordinal].attempts[place].origin != origin else {
            return []
        }
        tasks[ordinal].attempts[place].execution.origin = origin
        return [.store(.attemptResumed(key, from: origin))]
    }

    /// The attempt whose checkpoint is to blame for the end of this one: the end came right after this one went on from
    /// that checkpoint, before it brought any record, or it says that the loss is not finite any more; and the
    /// checkpoint is of another key, or goes back to one that is. Where that key is vouched for, it takes two to blame
    /// it.
    func blamedCheckpoint(for key: AttemptKey, _ end: AttemptEnd) -> Attempt? {
        let task = tasks[ordinals[key.task]!]
        guard end.outcome.isFailure, let attempt = task[key.attempt], !attempt.isAudit,
            !attempt.hasReported || end.outcome == .diverged,
            let author = task.givers(of: key.attempt).first(where: { task[$0]?.identity != attempt.identity }),
            let giver = task[author]
        else { return nil }
        guard vouches(for: giver), !isTrusted(attempt) else { return author }
        let isSecond = task.failures.contains { failure in
            failure.identity != attempt.identity && task.givers(of: failure.attempt).contains(author)
        }
        return isSecond ? author : nil
    }

    /// The task begins at its first epoch, or at a later state of somebody else.
    mutating func blameCheckpoint(of author: Attempt, forEndOf victim: Attempt, _ ordinal: Int) -> [Action] {
        tasks[ordinal].attempts[author.rawValue - 1].execution.hasBlamedCheckpoint = true
        tasks[ordinal].attempts[victim.rawValue - 1].execution.isExcused = true
        return [.store(.checkpointBlamed(key(ordinal, author), forEndOf: victim))]
            + dropCheckpoint(behindWhich: tasks[ordinal][author]!.identity, of: ordinal)
    }

    /// Drops the stored checkpoint where this key had a hand in it.
    mutating func dropCheckpoint(behindWhich identity: WorkerIdentity, of ordinal: Int) -> [Action] {
        let id = tasks[ordinal].task.id
        guard let label = checkpoints[id], let author = checkpointAuthors[id],
            tasks[ordinal].hands(inStateOf: author).contains(identity)
        else { return [] }
        return forgetCheckpoint(label, of: id)
    }
}

extension TaskBoard.TaskState {
    /// The attempts from whose states this one went on, one from the next one's, as far as they are known.
    func givers(of attempt: Attempt) -> [Attempt] {
        var givers: [Attempt] = []
        var next = self[attempt]?.origin?.author
        // A liar may hand over states of attempts that never trained, so that they go round in a circle.
        while let giver = next, giver != attempt, !givers.contains(giver) {
            givers.append(giver)
            next = self[giver]?.origin?.author
        }
        return givers
    }

    /// The attempts that had a hand in a record of the attempt: itself, and those from whose states it went on before
    /// that, one from the next one's. `nil` where one of these is not known.
    func line(behindEpoch epoch: Int, of attempt: Attempt) -> [Attempt]? {
        var line = [attempt]
        while let origin = self[line.last!]?.origin, origin.epoch < epoch {
            guard let giver = origin.author, self[giver] != nil else { return nil }
            guard !line.contains(giver) else { break }
            line.append(giver)
        }
        return line
    }

    /// The keys that had a hand in a state of the attempt; none where there is no such attempt.
    func hands(inStateOf attempt: Attempt) -> Set<WorkerIdentity> {
        Set(([attempt] + givers(of: attempt)).compactMap { self[$0]?.identity })
    }

    /// Whether nobody else had a hand in what the attempt trained.
    func isOwnWork(_ attempt: Attempt) -> Bool {
        let line = [attempt] + givers(of: attempt)
        // Where the author of a state is not known, it may be anybody.
        return hands(inStateOf: attempt).count == 1
            && line.allSatisfy { self[$0]?.origin.map { $0.author != nil } ?? true }
    }
}
