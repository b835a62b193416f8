import Experiment

// Audits: a share of the finished tasks is trained a second time, under another key where there is one, and every
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
        switch trial(of: ordinal).verdict(isLastWord: false) {
        case .open: return true
        // Also where those who made it have trained it again: that is no other one's word.
        case .unheard: return policy.audits(task.task.id) || isDoubted(ordinal)
        case .confirmed, .upheld, .overturned: return false
        }
    }

    /// Whether word stands against word, and too many executions that could have decided it failed.
    func isDisputeAbandoned(_ ordinal: Int) -> Bool {
        let task = tasks[ordinal]
        guard task.phase == .done, failedAuditCount(of: task) >= Self.failedAuditLimit, !isBeingTrained(ordinal) else {
            return false
        }
        return trial(of: ordinal).verdict(isLastWord: false) == .open
    }

    /// Audits that failed under keys whose word would have been another one's. What a liar, or whoever had a hand in
    /// the task, does not bring to its end says nothing of the task.
    private func failedAuditCount(of task: TaskState) -> Int {
        let makers = Set(task.evidence.makers.compactMap { task[$0]?.identity })
        return failedAudits(of: task).count { identity, _ in
            !makers.contains(identity) && !standings.isCondemned(identity)
        }
    }

    private func failedAudits(of task: TaskState) -> [(identity: WorkerIdentity, attempt: Attempt)] {
        let audits = task.attempts.indices.filter { task.attempts[$0].isAudit }.map { Attempt(rawValue: $0 + 1) }
        guard !audits.isEmpty else { return [] }
        let evidence = task.evidence
        return audits.filter { !evidence.isTestimony($0) && !task.isAuthor($0) }.map { (task[$0]!.identity, $0) }
    }

    /// - Parameter isAskedFor: somebody wants it, also where only those can train it again who have before.
    mutating func appendAudit(of ordinal: Int, isAskedFor: Bool = false) {
        abandonedDisputes.remove(ordinal)
        let trial = trial(of: ordinal)
        let concerned = trial.concerned
        // Who has tried so often is not asked again.
        let failures = failedAudits(of: tasks[ordinal]).reduce(into: [:]) { $0[$1.identity, default: 0] += 1 }
        let exhausted = Set(failures.filter { $0.value >= Self.failedAuditLimit }.keys)
        if trial.verdict(isLastWord: false) == .open {
            // The word of those who made it is known, also where they have said it together only.
            disputes.insert(ordinal, .init(concerned: concerned, spoken: concerned))
        } else if concerned.count > 1 || trial.isHeard || !exhausted.isEmpty {
            let spoken = trial.spoken.union(exhausted)
            jointAudits.insert(
                ordinal, .init(concerned: concerned.union(exhausted), spoken: isAskedFor ? [] : spoken))
        } else {
            pendingAudits.append(.init(ordinal: ordinal, author: concerned.first))
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

    /// These go to a worker of a key that had no hand in the task. Where there is no such worker, one of those keys
    /// does an audit that is merely wanted, unless it has trained the whole task before.
    private mutating func dispatchWitnesses() -> [Action] {
        var actions: [Action] = []
        for (ordinal, bar) in disputes.heads + jointAudits.heads {
            var next: Int? = ordinal
            while let ordinal = next, let worker = witness(bar) {
                let isDispute = disputes.contains(ordinal)
                disputes.remove(ordinal)
                jointAudits.remove(ordinal)
                actions += startAudit(of: ordinal, on: worker)
                next = (isDispute ? disputes : jointAudits).first(bar)
            }
        }
        return actions
    }

    private mutating func witness(_ bar: WitnessQueue.Bar) -> WorkerID? {
        if let worker = workers.firstFree(except: bar.concerned) { return worker }
        return isAnotherThere(except: bar.concerned) ? nil : workers.firstFree(except: bar.spoken)
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

    /// Whether nobody else is given tasks, or will be soon.
    func isAlone(_ one: WorkerIdentity) -> Bool { !isAnotherThere(except: [one]) }

    /// Takes the result of a comparison. A record of an execution that is no audit is a free check: where it differs,
    /// the task is audited when it is done, whatever the share is.
    mutating func take(_ record: ComparedRecord) -> [Action] {
        let attempt = record.attempt.attempt, place = attempt.rawValue - 1
        guard let ordinal = ordinals[record.attempt.task], let execution = tasks[ordinal][attempt] else { return [] }
        if record.isSilent {
            tasks[ordinal].attempts[place].isSilent = true
            return []
        }
        if let said = execution.differing[record.epoch], let difference = record.difference, said != difference {
            let reason = "sent two records of epoch \(record.epoch) of task \(record.attempt.task)"
            return condemn([execution.identity], for: ordinal, because: reason)
        }
        if execution.compared != nil {
            tasks[ordinal].attempts[place].compared!.insert(record.epoch)
        } else if record.difference == nil {
            tasks[ordinal].attempts[place].execution.confirmed.insert(record.epoch)
        }
        guard let difference = record.difference else { return [] }
        tasks[ordinal].attempts[place].execution.differing[record.epoch] = difference
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

    /// An execution of a finished task is over. It is a witness if it trained every epoch, audit or not.
    mutating func recordExecutionEnd(_ key: AttemptKey, _ ordinal: Int) -> [Action] {
        tasks[ordinal].attempts[key.attempt.rawValue - 1].compared = nil
        // That it diverges is a word, too: who says so of a task that two others have trained lies.
        let isWord =
            tasks[ordinal][key.attempt]!.execution.outcome == .diverged
            || tasks[ordinal].evidence.isTestimony(key.attempt)
        guard tasks[ordinal].phase == .done, isWord else {
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

extension TaskBoard {
    /// What became of the finished tasks that were to be trained a second time.
    public struct AuditCounts: Sendable, Hashable {
        public var wanted = 0
        /// Under another key than that of whoever had trained them.
        public var done = 0
        /// On hosts of the owner's, by nobody else than those who had trained them.
        public var repeatedOnOwnHosts = 0
        /// By nobody else than those who had trained them, on hosts of others.
        public var repeatedByStrangers = 0

        public init() {}

        public var missing: Int { wanted - done - repeatedOnOwnHosts - repeatedByStrangers }
    }

    public var auditCounts: AuditCounts {
        var counts = AuditCounts()
        for ordinal in tasks.indices where tasks[ordinal].phase == .done && policy.audits(tasks[ordinal].task.id) {
            counts.wanted += 1
            let trial = trial(of: ordinal)
            if trial.verdict(isLastWord: false) != .unheard {
                counts.done += 1
            } else if trial.isHeard {
                let isOwn = makers(of: ordinal).allSatisfy { isTrusted(tasks[ordinal][$0]!) }
                if isOwn { counts.repeatedOnOwnHosts += 1 } else { counts.repeatedByStrangers += 1 }
            }
        }
        return counts
    }
}
