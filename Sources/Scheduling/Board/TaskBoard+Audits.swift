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
    private static let auditLimit = 3

    /// Queues the task's audit, if there shall be one and nobody trains the task any more.
    mutating func queueAudit(of ordinal: Int) {
        guard owesAudit(ordinal), !pendingAudits.contains(ordinal) else { return }
        appendAudit(of: ordinal)
    }

    /// Whether the policy wants an audit of the task, and it can begin.
    func owesAudit(_ ordinal: Int) -> Bool {
        let task = tasks[ordinal]
        return task.phase == .done && !task.isAudited && policy.audits(task.task.id)
            && task.attempts.count(where: \.isAudit) < Self.auditLimit && !isBeingTrained(ordinal)
    }

    mutating func appendAudit(of ordinal: Int) {
        pendingAudits.append(.init(ordinal: ordinal, author: author(of: ordinal)))
        mayDispatch = true
    }

    /// Whose record finished the task: nobody changes that any more.
    func author(of ordinal: Int) -> WorkerIdentity? { tasks[ordinal][tasks[ordinal].lastProgress]?.identity }

    /// Gives audits to slots that no task wants: to somebody else than the author, unless that one is alone.
    mutating func dispatchAudits() -> [Action] {
        var actions: [Action] = []
        while !pendingAudits.isEmpty, let emptiest = workers.firstFree() {
            // Only where the slots of one key are left can an author be in the way.
            let barred = workers.onlyFreeIdentity.flatMap { isAlone($0) ? nil : $0 }
            guard let audit = pendingAudits.takeFirst(notBy: barred) else { break }
            let ordinal = audit.ordinal
            let worker = audit.author.flatMap { workers.firstFree(except: [$0]) } ?? emptiest
            tasks[ordinal].attempts.append(
                StartedAttempt(worker: worker, identity: identity(of: worker), isAudit: true))
            let key = key(ordinal, Attempt(rawValue: tasks[ordinal].attempts.count))
            openAttempts[key] = OpenAttempt(worker: worker, assignedAt: now)
            workers[worker]!.attempts.insert(key)
            actions += [
                .store(.attemptStarted(key, worker, workers[worker]!.facts!)),
                .send(.assignment(key, tasks[ordinal].task), to: worker),
            ]
        }
        return actions
    }

    /// Whether nobody else is given tasks.
    func isAlone(_ one: WorkerIdentity) -> Bool { !workers.hasTaker(except: [one]) }

    mutating func recordAuditEnd(_ ordinal: Int, _ end: AttemptEnd) {
        tasks[ordinal].isAudited = end.outcome == .completed
        queueAudit(of: ordinal)
    }

    /// Whether an attempt is open; of a task that is done, too.
    func isBeingTrained(_ ordinal: Int) -> Bool {
        tasks[ordinal].attempts.indices.contains { openAttempts[key(ordinal, Attempt(rawValue: $0 + 1))] != nil }
    }

    func key(_ ordinal: Int, _ attempt: Attempt) -> AttemptKey {
        AttemptKey(task: tasks[ordinal].task.id, attempt: attempt)
    }
}
