import Experiment

// Audits: a share of the finished tasks is trained a second time, under another key where there is one, and every
// record compared. Which key that is, a lot decides. No result waits for it but the end of the sweep.

extension TaskBoard.Policy {
    /// Whether a finished task is audited follows from its id and a secret, so that a restarted coordinator chooses the
    /// same ones. From the id alone a worker could tell them too, and lie about the others.
    public func audits(_ task: TaskID) -> Bool {
        let lot = auditSecret.isEmpty ? task.rawValue : ContentDigest(of: Array("\(auditSecret) \(task)".utf8)).rawValue
        return Double(UInt32(lot.prefix(8), radix: 16)!) / 4_294_967_296 < auditShare
    }
}

extension TaskBoard {
    /// An audit that fails is tried again. Under one key it is tried so often, since that may be the one that does not
    /// want it; and when so many keys have failed so often, it is given up: something is wrong with the task.
    private static let failuresOfAuditor = 3
    private static let failedAuditors = 3

    /// Queues the task's audit, if there shall be one and nobody trains the task any more.
    mutating func queueAudit(of ordinal: Int) {
        guard !audits.contains(ordinal) else { return }
        if owesAudit(ordinal) {
            appendAudit(of: ordinal)
        } else if isDisputeAbandoned(ordinal) {
            abandonedDisputes.insert(ordinal)
        }
    }

    /// Whether somebody shall train the finished task again, and can begin.
    func owesAudit(_ ordinal: Int) -> Bool {
        let task = tasks[ordinal]
        guard task.phase == .done, !isBeingTrained(ordinal), !isAuditGivenUp(task) else { return false }
        switch trial(of: ordinal).verdict(isLastWord: false) {
        case .open: return true
        // Also where those who made it have trained it again: that is no other one's word.
        case .unheard: return policy.audits(task.task.id) || isDoubted(ordinal)
        case .confirmed, .upheld, .overturned: return false
        }
    }

    /// Whether word stands against word, and too many keys that could have decided it failed.
    func isDisputeAbandoned(_ ordinal: Int) -> Bool {
        let task = tasks[ordinal]
        guard task.phase == .done, isAuditGivenUp(task), !isBeingTrained(ordinal) else { return false }
        return trial(of: ordinal).verdict(isLastWord: false) == .open
    }

    /// What a liar, or whoever had a hand in the task, does not bring to its end says nothing of the task.
    private func isAuditGivenUp(_ task: TaskState) -> Bool {
        let exhausted = exhaustedAuditors(of: task)
        guard exhausted.count >= Self.failedAuditors else { return false }
        let makers = Set(task.evidence.makers.compactMap { task[$0]?.identity })
        return exhausted.count { !makers.contains($0) && !standings.isCondemned($0) } >= Self.failedAuditors
    }

    /// The keys that have failed to audit it so often that they are not asked again.
    private func exhaustedAuditors(of task: TaskState) -> Set<WorkerIdentity> {
        let audits = task.attempts.indices.filter { task.attempts[$0].isAudit }.map { Attempt(rawValue: $0 + 1) }
        guard audits.count >= Self.failuresOfAuditor else { return [] }
        let evidence = task.evidence
        let counts = audits.filter { !evidence.isTestimony($0) && !task.isAuthor($0) }.reduce(into: [:]) {
            $0[task[$1]!.identity, default: 0] += 1
        }
        return Set(counts.filter { $0.value >= Self.failuresOfAuditor }.keys)
    }

    /// - Parameter isAskedFor: somebody wants it, also where only those can train it again who have before.
    mutating func appendAudit(of ordinal: Int, isAskedFor: Bool = false) {
        abandonedDisputes.remove(ordinal)
        let trial = trial(of: ordinal)
        let exhausted = exhaustedAuditors(of: tasks[ordinal])
        let concerned = trial.concerned.union(exhausted)
        let isDispute = trial.verdict(isLastWord: false) == .open
        // Whoever alone has made it has a word, and yet trains it again where nobody else is there.
        let isFirst = trial.concerned.count < 2 && !trial.isHeard && exhausted.isEmpty
        // The word of those who made it is known, also where they have said it together only.
        let spoken = isDispute ? concerned : isAskedFor || isFirst ? [] : trial.spoken.union(exhausted)
        let bar = AuditQueue.Bar(isDispute: isDispute, concerned: concerned, spoken: spoken)
        audits.insert(ordinal, bar)
        draw(ordinal, among: preferred(candidates(for: bar), for: bar))
        mayDispatch = true
    }

    // MARK: Lots

    private mutating func draw(_ ordinal: Int, among candidates: [WorkerIdentity]) {
        audits.draw(lots.draw(for: tasks[ordinal].task.id, among: candidates), for: ordinal)
    }

    /// The owner's own host does not lie, so that no two that do can settle a dispute between them.
    private func preferred(_ candidates: [WorkerIdentity], for bar: AuditQueue.Bar) -> [WorkerIdentity] {
        let own = bar.isDispute ? candidates.filter { $0.isIn(standings.trusted) } : []
        return own.isEmpty ? candidates : own
    }

    /// Whose turn a waiting task may be: the keys that had no hand in it and take tasks. Where there is none, one that
    /// had a hand does an audit that is merely wanted, unless it has trained the whole task before.
    func candidates(for bar: AuditQueue.Bar) -> [WorkerIdentity] {
        let barred = isAnotherThere(except: bar.concerned) ? bar.concerned : bar.spoken
        let awaited = returning.union(expected.map { [$0] } ?? []).filter { !workers.hasTaker(of: $0) }
        return (workers.takers + awaited).filter { !barred.contains($0) && !pauses.isPausing($0) }
    }

    func isCandidate(_ identity: WorkerIdentity) -> Bool {
        let isThere = workers.hasTaker(of: identity) || expected == identity || returning.contains(identity)
        return isThere && !pauses.isPausing(identity)
    }

    /// Lots stay as they were drawn, but for those of keys that take no tasks any more, and where somebody has come who
    /// had no hand in a task.
    private mutating func drawAgain() {
        let changeCount = workers.takerChangeCount + companyChangeCount
        guard drawnAfter != changeCount else { return }
        drawnAfter = changeCount
        for identity in Array(audits.drawnKeys) where !isCandidate(identity) { audits.undrawAll(of: identity) }
        for bar in Array(audits.bars) {
            let candidates = preferred(candidates(for: bar), for: bar)
            let isOwnOver = audits.hasOwn(bar) && isAnotherThere(except: bar.concerned)
            guard isOwnOver || !candidates.isEmpty else { continue }
            for ordinal in audits.undrawn(bar, withOwn: isOwnOver) { draw(ordinal, among: candidates) }
        }
    }

    /// Gives audits to slots that no task wants: each to the key that was drawn for it, when that has a slot.
    mutating func dispatchAudits() -> [Action] {
        drawAgain()
        var actions: [Action] = []
        for identity in keysWithTurn() {
            while let ordinal = audits.first(of: identity), let worker = workers.firstFree(of: identity) {
                taskLookCount += 1
                audits.remove(ordinal)
                actions += startAudit(of: ordinal, on: worker)
            }
        }
        return actions
    }

    /// Keys that have a free slot and a turn, in the order of what they get first. Mostly one of the two is rare.
    private func keysWithTurn() -> [WorkerIdentity] {
        let isFreeRarer = workers.freeIdentityCount < audits.drawnKeys.count
        let keys =
            isFreeRarer
            ? workers.freeIdentities.filter { audits.hasTurn($0) }
            : audits.drawnKeys.filter { workers.isFree($0) }
        return keys.sorted { audits.first(of: $0)! < audits.first(of: $1)! }
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
