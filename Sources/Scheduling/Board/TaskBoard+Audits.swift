import Experiment

// Audits: a share of the finished tasks is trained a second time, elsewhere where there is another worker, and every
// record compared. No result waits for it but the end of the sweep.

extension TaskBoard.Policy {
    /// Whether a finished task is audited follows from its id and a secret, so that a restarted coordinator chooses the
    /// same ones. From the id alone a worker could tell them too, and lie about the others.
    public func audits(_ task: TaskID) -> Bool {
        let lot = auditSecret.isEmpty ? task.rawValue : ContentDigest(of: Array("\(auditSecret) \(task)".utf8)).rawValue
        return Double(UInt32(lot.prefix(8), radix: 16)!) / 4_294_967_296 < auditShare
    }
}

extension TaskBoard {
    /// An audit that fails is tried again, but not for ever: it is not the task that is in question.
    private static let failedAuditLimit = 3

    /// Queues the task's audit, if there shall be one and nobody trains the task any more.
    mutating func queueAudit(of ordinal: Int) {
        guard !isQueuedForAudit(ordinal) else { return }
        if owesAudit(ordinal) {
            appendAudit(of: ordinal)
        } else if isDisputeAbandoned(ordinal) {
            abandonedDisputes.insert(ordinal)
        }
    }

    func isQueuedForAudit(_ ordinal: Int) -> Bool {
        pendingAudits.contains(ordinal) || jointAudits.contains(ordinal) || disputes.contains(ordinal)
    }

    /// Whether somebody shall train the finished task again, and can begin.
    func owesAudit(_ ordinal: Int) -> Bool {
        let task = tasks[ordinal]
        guard task.phase == .done, !isBeingTrained(ordinal), failedAuditCount(of: task) < Self.failedAuditLimit else {
            return false
        }
        let trial = trial(of: ordinal)
        if trial.isHeard { return trial.verdict(isLastWord: false) == .open }
        return policy.audits(task.task.id) || isDoubted(ordinal)
    }

    /// Whether word stands against word, and too many executions that could have decided it failed.
    func isDisputeAbandoned(_ ordinal: Int) -> Bool {
        let task = tasks[ordinal]
        guard task.phase == .done, failedAuditCount(of: task) >= Self.failedAuditLimit, !isBeingTrained(ordinal) else {
            return false
        }
        return trial(of: ordinal).verdict(isLastWord: false) == .open
    }

    private func failedAuditCount(of task: TaskState) -> Int {
        let audits = task.attempts.indices.filter { task.attempts[$0].isAudit }.map { Attempt(rawValue: $0 + 1) }
        guard !audits.isEmpty else { return 0 }
        let evidence = task.evidence
        return audits.count { !evidence.isTestimony($0) && !task.isAuthor($0) }
    }

    mutating func appendAudit(of ordinal: Int) {
        abandonedDisputes.remove(ordinal)
        let trial = trial(of: ordinal)
        if trial.verdict(isLastWord: false) == .open {
            disputes.insert(ordinal, barring: trial.concerned)
        } else if trial.concerned.count > 1 {
            jointAudits.insert(ordinal, barring: trial.concerned)
        } else {
            pendingAudits.append(.init(ordinal: ordinal, author: trial.concerned.first))
        }
        mayDispatch = true
    }

    /// Gives audits to slots that no task wants: to somebody else than the author, unless that one is alone.
    mutating func dispatchAudits() -> [Action] {
        // First, since a liar may be at work as long as word stands against word.
        var actions = dispatchWitnesses()
        while !pendingAudits.isEmpty, let emptiest = workers.firstFree() {
            // Only where the slots of one key are left can an author be in the way.
            let barred = workers.onlyFreeIdentity.flatMap { isAlone($0) ? nil : $0 }
            guard let audit = pendingAudits.takeFirst(notBy: barred) else { break }
            let worker = audit.author.flatMap { workers.firstFree(except: [$0]) } ?? emptiest
            actions += startAudit(of: audit.ordinal, on: worker)
        }
        return actions
    }

    /// Tasks in which several keys had a hand go to a worker of another key. Where there is no such worker, one of
    /// those keys does an audit that is merely wanted. It decides no dispute: its word is known already.
    private mutating func dispatchWitnesses() -> [Action] {
        var actions: [Action] = []
        for (ordinal, barred) in disputes.heads + jointAudits.heads {
            var next: Int? = ordinal
            while let ordinal = next, let worker = witness(of: ordinal, barring: barred) {
                let isDispute = disputes.contains(ordinal)
                disputes.remove(ordinal)
                jointAudits.remove(ordinal)
                actions += startAudit(of: ordinal, on: worker)
                next = (isDispute ? disputes : jointAudits).first(barring: barred)
            }
        }
        return actions
    }

    private mutating func witness(of ordinal: Int, barring barred: Set<WorkerIdentity>) -> WorkerID? {
        if let worker = workers.firstFree(except: barred) { return worker }
        return disputes.contains(ordinal) || workers.hasTaker(except: barred) ? nil : workers.firstFree()
    }

    private mutating func startAudit(of ordinal: Int, on worker: WorkerID) -> [Action] {
        var attempt = StartedAttempt(worker: worker, key: key(of: worker))
        attempt.execution.isAudit = true
        attempt.compared = EpochSet(capacity: tasks[ordinal].committed.capacity)
        tasks[ordinal].attempts.append(attempt)
        let key = key(ordinal, Attempt(rawValue: tasks[ordinal].attempts.count))
        openAttempts[key] = OpenAttempt(worker: worker, assignedAt: now)
        workers[worker]!.attempts.insert(key)
        return [
            .store(.attemptStarted(key, worker, workers[worker]!.facts!)),
            .send(.assignment(key, tasks[ordinal].task), to: worker),
        ]
    }

    /// Whether nobody else is given tasks.
    func isAlone(_ one: WorkerIdentity) -> Bool { !workers.hasTaker(except: [one]) }

    /// Takes the result of a comparison. A record of an execution that is no audit is a free check: where it differs,
    /// the task is audited when it is done, whatever the share is.
    mutating func take(_ record: ComparedRecord) -> [Action] {
        let attempt = record.attempt.attempt
        guard let ordinal = ordinals[record.attempt.task], tasks[ordinal][attempt] != nil else { return [] }
        if record.isSilent {
            tasks[ordinal].attempts[attempt.rawValue - 1].isSilent = true
            return []
        }
        tasks[ordinal].attempts[attempt.rawValue - 1].compared?.insert(record.epoch)
        guard let difference = record.difference else { return [] }
        tasks[ordinal].attempts[attempt.rawValue - 1].execution.differing[record.epoch] = difference
        // The execution was complete, and now its worker sends another record of it: its word has changed.
        if tasks[ordinal].evidence.isTestimony(attempt) { return judge(ordinal) }
        queueAudit(of: ordinal)
        return []
    }

    /// An audit whose worker says that it is complete though records are missing has failed. A worker of an earlier
    /// version is not to blame that it does not tell enough.
    func checkedAuditEnd(_ end: AttemptEnd, of key: AttemptKey, _ ordinal: Int) -> AttemptEnd {
        let attempt = tasks[ordinal][key.attempt]!
        guard end.outcome == .completed, attempt.compared?.isFull == false else { return end }
        guard attempt.isSilent else {
            return AttemptEnd(outcome: .error, reason: "ended before its last record", seconds: end.seconds)
        }
        let reason = "its worker is of an earlier version, which does not tell which images are right"
        return AttemptEnd(outcome: .cancelled, reason: reason, seconds: end.seconds)
    }

    mutating func recordAuditEnd(_ key: AttemptKey, _ ordinal: Int, _ end: AttemptEnd) -> [Action] {
        tasks[ordinal].attempts[key.attempt.rawValue - 1].compared = nil
        guard end.outcome == .completed else {
            queueAudit(of: ordinal)
            return []
        }
        return judge(ordinal)
    }

    /// Whether an attempt is open; of a task that is done, too.
    func isBeingTrained(_ ordinal: Int) -> Bool {
        tasks[ordinal].attempts.indices.contains { openAttempts[key(ordinal, Attempt(rawValue: $0 + 1))] != nil }
    }

    func key(_ ordinal: Int, _ attempt: Attempt) -> AttemptKey {
        AttemptKey(task: tasks[ordinal].task.id, attempt: attempt)
    }
}
