import Experiment
import Status

// The life of a task: dispatched, recorded, ended, tried again.

extension TaskBoard {
    /// Stores a record or compares it. A record that is rejected is answered like a stored one: its worker, left over
    /// from another sweep, would send it for ever.
    mutating func take(_ record: EpochRecord, of key: AttemptKey, from worker: WorkerID) -> [Action] {
        let answer = Action.send(.recordStored(key, epoch: record.epoch), to: worker)
        guard let ordinal = ordinals[key.task] else {
            return [.reportRejected(worker, key, reason: "no such task in this sweep"), answer]
        }
        guard tasks[ordinal][key.attempt]?.worker == worker else {
            let reason = "a record of an attempt that this worker was not given"
            return [.reportRejected(worker, key, reason: reason), answer]
        }
        guard (1...tasks[ordinal].committed.capacity).contains(record.epoch) else {
            return [.reportRejected(worker, key, reason: "epoch \(record.epoch) is not one of the task's"), answer]
        }
        if let fault = record.fault(in: tasks[ordinal].task) {
            return distrust(worker, because: fault, of: key, ordinal) + [answer]
        }
        guard !standings.isCondemned(tasks[ordinal][key.attempt]!.identity) else {
            return [.reportRejected(worker, key, reason: "a record of a key that is believed no more"), answer]
        }
        recordMove(of: key, epoch: record.epoch)
        tasks[ordinal].attempts[key.attempt.rawValue - 1].hasReported = true
        guard tasks[ordinal].committed.insert(record.epoch) else {
            let isAnothers = tasks[ordinal].authors[record.epoch - 1] != Int32(key.attempt.rawValue)
            return [.compareRecord(key, record, isAnothers: isAnothers), answer]
        }
        tasks[ordinal].authors[record.epoch - 1] = Int32(key.attempt.rawValue)
        recordProgress(ordinal, by: key.attempt, of: worker)
        recordProof(by: worker)
        return [.store(.recordCommitted(key, record))] + finishIfComplete(ordinal, by: key) + [answer]
    }

    /// A worker that sends a record which no trainer can have made is broken or lies. The task goes on elsewhere, and
    /// is not blamed; the worker gets nothing new.
    private mutating func distrust(
        _ worker: WorkerID, because fault: TaskFault, of key: AttemptKey, _ ordinal: Int
    ) -> [Action] {
        tasks[ordinal].attempts[key.attempt.rawValue - 1].isOver = true
        let reason = "a record that cannot be its task's: \(fault)"
        let end = AttemptEnd(outcome: .unfit, reason: reason, seconds: 0)
        let open = openAttempts[key]
        if let open { recordFruitless(open, end) }
        return [.reportRejected(worker, key, reason: reason)]
            + (open != nil ? closeOpen(key, end) + [.send(.stop(key), to: worker)] : quarantine(worker))
    }

    private mutating func recordProgress(_ ordinal: Int, by attempt: Attempt, of worker: WorkerID) {
        let last = max(tasks[ordinal].lastProgress, attempt)
        tasks[ordinal].lastProgress = last
        let failureCount = tasks[ordinal].failures.count
        tasks[ordinal].failures.removeAll { $0.attempt < last }
        // Workers that had failed it may take it again, while it waits.
        if tasks[ordinal].failures.count < failureCount { mayDispatch = true }
        forgiveFailures(of: worker)
    }

    private mutating func finishIfComplete(_ ordinal: Int, by key: AttemptKey) -> [Action] {
        guard tasks[ordinal].committed.isFull else { return [] }
        var actions: [Action] = []
        if case .running(let attempt) = tasks[ordinal].phase, attempt != key.attempt {
            let other = AttemptKey(task: key.task, attempt: attempt)
            let owner = openAttempts[other]!.worker
            let reason = "finished by attempt \(key.attempt.rawValue)"
            actions += closeOpen(other, AttemptEnd(outcome: .cancelled, reason: reason, seconds: 0))
            actions.append(.send(.stop(other), to: owner))
        }
        move(ordinal, to: .done)
        for attempt in handOvers.keys where attempt.task == key.task { endHandOver(of: attempt) }
        queueAudit(of: ordinal)
        return actions + discardCheckpoints(of: key.task)
    }

    mutating func close(
        _ key: AttemptKey, _ end: AttemptEnd, saidBy worker: WorkerID, announcing state: CheckpointLabel?
    ) -> [Action] {
        let answer = Action.send(.endStored(key), to: worker)
        guard let ordinal = ordinals[key.task], tasks[ordinal][key.attempt]?.worker == worker else {
            return [
                .reportRejected(worker, key, reason: "the end of an attempt that this worker was not given"), answer,
            ]
        }
        tasks[ordinal].attempts[key.attempt.rawValue - 1].isOver = true
        if let state { announce(state, of: key, by: worker) }
        if let open = openAttempts[key] { recordFruitless(open, end) }
        return closeOpen(key, end.bounded) + [answer]
    }

    /// Closes the attempt if it is open, and decides what becomes of its task.
    mutating func closeOpen(_ key: AttemptKey, _ end: AttemptEnd) -> [Action] {
        guard let open = openAttempts.removeValue(forKey: key) else { return [] }
        let ordinal = ordinals[key.task]!
        workers[open.worker]!.attempts.remove(key)
        mayDispatch = true
        removeIfGone(open.worker)
        let isAudit = tasks[ordinal][key.attempt]!.isAudit
        let end =
            isAudit
            ? checkedAuditEnd(end, of: key, ordinal)
            : tasks[ordinal].phase == .done ? end.ofFinishedTask : end.ofUnfinishedTask
        tasks[ordinal].attempts[key.attempt.rawValue - 1].execution.outcome = end.outcome
        var actions: [Action] = [.store(.attemptEnded(key, end))]
        if end.outcome == .unfit {
            // Every task would fail there, so the task is not to blame, and the next one is not tried.
            actions += quarantine(open.worker)
        } else if let author = blamedCheckpoint(for: key, end) {
            actions += blameCheckpoint(of: author, forEndOf: key.attempt, ordinal)
        } else if end.outcome.isFailure {
            actions += blame(open.worker, for: key, end)
        } else if end.outcome == .completed {
            forgiveFailures(of: open.worker)
        }
        actions += recordExecutionEnd(key, ordinal)
        if case .running = tasks[ordinal].phase { putBack(ordinal, after: key) }
        return actions
    }

    private mutating func forgiveFailures(of worker: WorkerID) {
        guard workers[worker]?.standing == .live else { return }
        failedTasks[identity(of: worker)] = nil
    }

    private mutating func blame(_ worker: WorkerID, for key: AttemptKey, _ end: AttemptEnd) -> [Action] {
        let task = key.task
        let ordinal = ordinals[task]!
        var actions: [Action] = []
        // The failure of an attempt that was adopted after a later one got further says nothing of the task; a
        // restarted coordinator, which knows the numbers alone, decides the same.
        if key.attempt >= tasks[ordinal].lastProgress {
            tasks[ordinal].failures.append(
                Failure(attempt: key.attempt, identity: tasks[ordinal][key.attempt]!.identity))
        }
        let isWitness = end.outcome == .diverged && tasks[ordinal].isOwnWork(key.attempt)
        if isWitness { tasks[ordinal].witnesses.insert(tasks[ordinal][key.attempt]!.identity) }
        let isHopeless = isWitness ? isDivergent(ordinal) : isBeyondHope(ordinal)
        // A trainer that dies after its last record was stored cannot undo the task.
        if isHopeless, tasks[ordinal].phase != .done {
            let failure = TaskFailure.hopeless(reason: end.reason)
            move(ordinal, to: .failed(failure))
            actions.append(.store(.taskFailed(task, failure)))
        }
        guard end.outcome != .diverged else { return actions }
        guard workers[worker] != nil else { return actions }
        let failed = failedTasks[identity(of: worker), default: []].union([task])
        failedTasks[identity(of: worker)] = failed
        return actions + (failed.count >= policy.failuresOfWorker ? quarantine(worker) : [])
    }

    /// Whether so many different ones failed it, or nobody is left who has not failed it that often.
    private func isBeyondHope(_ ordinal: Int) -> Bool {
        let failures = tasks[ordinal].failureCounts
        guard failures.count < policy.failuresOfTask else { return true }
        let tried = failures.filter { $0.value >= policy.failuresOfTask }.keys
        return !tried.isEmpty && !isAnotherThere(except: tried)
    }

    /// A loss that is not finite is the same on every host, so that one attempt more would only repeat it; but that it
    /// is not finite is believed of two, where there are two.
    private func isDivergent(_ ordinal: Int) -> Bool {
        let witnesses = tasks[ordinal].witnesses
        return witnesses.count > 1 || !isAnotherThere(except: witnesses)
    }

    /// The workers of this key finish what they have and get nothing new, under whatever name.
    mutating func quarantine(_ worker: WorkerID) -> [Action] {
        guard let standing = workers[worker]?.standing else { return [] }
        // A worker that is not live gets this standing when it comes back.
        quarantined.insert(identity(of: worker))
        // Who was the only other one is none any more.
        mayDispatch = true
        guard standing == .live else { return [] }
        let identity = identity(of: worker)
        let namesakes = workers.lookAtAll().keys.filter {
            workers[$0]!.standing == .live && self.identity(of: $0) == identity
        }
        return namesakes.sorted().map { name in
            workers[name]!.standing = .quarantined
            return .reportQuarantined(name)
        }
    }
}

extension AttemptEnd {
    /// An attempt that vanished after its last record was stored has done all that was asked of it.
    fileprivate var ofFinishedTask: AttemptEnd {
        outcome == .workerLost ? AttemptEnd(outcome: .completed, reason: reason, seconds: seconds) : self
    }

    /// A worker sends the end after its records are acknowledged, so an attempt cannot complete with records missing.
    fileprivate var ofUnfinishedTask: AttemptEnd {
        guard outcome == .completed else { return self }
        return AttemptEnd(outcome: .error, reason: "ended before its last record", seconds: seconds)
    }
}
