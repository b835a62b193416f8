import Experiment

// Audits: a share of the finished tasks is trained a second time, elsewhere where there is another worker, and every
// record compared. No result waits for it but the end of the sweep.

extension TaskBoard.Policy {
    /// Whether a finished task is audited follows from its id alone, so that a restarted coordinator chooses the same
    /// ones.
    public func audits(_ task: TaskID) -> Bool {
        Double(UInt32(task.rawValue.prefix(8), radix: 16)!) / 4_294_967_296 < auditShare
    }
}

extension TaskBoard {
    /// An audit that fails is tried again, but not for ever: it is not the task that is in question.
    private static let auditLimit = 3

    /// Queues the task's audit, if there shall be one and nobody trains the task any more.
    mutating func queueAudit(of ordinal: Int) {
        let task = tasks[ordinal]
        guard task.phase == .done, !task.isAudited, policy.audits(task.task.id),
            task.attempts.count(where: \.isAudit) < Self.auditLimit, !pendingAudits.contains(ordinal),
            !isBeingTrained(ordinal)
        else { return }
        pendingAudits.append(ordinal)
        mayDispatch = true
    }

    /// Gives audits to slots that no task wants.
    mutating func dispatchAudits() -> [Action] {
        var actions: [Action] = []
        for ordinal in pendingAudits {
            guard let worker = auditor(of: ordinal) else { continue }
            pendingAudits.removeAll { $0 == ordinal }
            tasks[ordinal].attempts.append(StartedAttempt(worker: worker, isAudit: true))
            let key = key(ordinal, Attempt(rawValue: tasks[ordinal].attempts.count))
            openAttempts[key] = OpenAttempt(worker: worker, assignedAt: now)
            workers[worker]!.attempts.insert(key)
            actions += [
                .storeAttemptStarted(key, worker, workers[worker]!.facts!),
                .send(.assignment(key, tasks[ordinal].task), to: worker),
            ]
        }
        return actions
    }

    /// Another worker than the one whose record finished the task, unless it is alone.
    private func auditor(of ordinal: Int) -> WorkerID? {
        let author = tasks[ordinal][tasks[ordinal].lastProgress]?.worker
        let isAlone = workers.allSatisfy { !$0.value.takesTasks || $0.key == author }
        return workers.filter { $0.value.isFree && (isAlone || $0.key != author) }
            .min { ($1.value.freeSlots, $0.key) < ($0.value.freeSlots, $1.key) }?.key
    }

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
