import Experiment
import Status

extension TaskBoard {
    /// Traps with the first invariant that does not hold. Tests and the simulator call it after each event.
    public func checkInvariants() {
        if let broken = firstBrokenInvariant() { preconditionFailure(broken) }
    }

    /// The same as a value, for a test that has more to say.
    package func firstBrokenInvariant() -> String? {
        for (ordinal, task) in tasks.enumerated() {
            if let broken = brokenInvariant(ofTask: ordinal, task) { return broken }
        }
        for (key, open) in openAttempts {
            if let broken = brokenInvariant(of: key, open) { return broken }
        }
        if let broken = workers.firstBrokenInvariant() { return broken }
        for (worker, state) in workers.states {
            if let broken = brokenInvariant(of: worker, state) { return broken }
        }
        for (task, label) in checkpoints {
            guard let ordinal = ordinals[task], tasks[ordinal].phase != .done, isResumable(label, tasks[ordinal]) else {
                return "\(task): nobody could go on from its checkpoint of epoch \(label.epoch)"
            }
        }
        for (key, handOver) in handOvers {
            if workers[handOver.worker] == nil { return "\(key): its state comes of nobody" }
            if openAttempts[key] != nil { return "\(key): its state is handed over, and it is open" }
        }
        for ordinal in heldBack.keys where !handOvers.keys.contains(where: { ordinals[$0.task] == ordinal }) {
            return "task \(ordinal) is kept for a state that does not come"
        }
        if let broken = audits.firstBrokenInvariant() ?? brokenInvariantOfAudits() { return broken }
        let counted = tasks.reduce(into: TaskCounts()) { $0.add(1, to: $1.phase) }
        guard counted == counts else { return "\(counted), not \(counts)" }
        return nil
    }

    private func brokenInvariant(ofTask ordinal: Int, _ task: TaskState) -> String? {
        let name = "task \(ordinal)"
        guard task.committed.isFull == (task.phase == .done) else { return "\(name): complete and \(task.phase)" }
        switch task.phase {
        case .running(let attempt):
            let isOpen = openAttempts[AttemptKey(task: task.task.id, attempt: attempt)] != nil
            return isOpen ? nil : "\(name) is trained by an attempt that is not open"
        case .waiting:
            if heldBack[ordinal] != nil { return nil }
            guard pending.contains(ordinal) else { return "\(name) waits outside of the queue" }
            let taker =
                isStopping || isPaused || hasEnded
                ? nil : workers.states.first { $0.value.isFree && suits(ordinal, $0.key) }
            return taker.map { "\(name) waits beside the free slots of \($0.key)" }
        case .done:
            let isForgotten = owesAudit(ordinal) && !audits.contains(ordinal)
            if isForgotten { return "\(name) is to be audited, and does not wait for it" }
            let isAbandoned = isDisputeAbandoned(ordinal) && !audits.contains(ordinal)
            return isAbandoned == abandonedDisputes.contains(ordinal) ? nil : "\(name) is a dispute that nobody counts"
        case .failed:
            return nil
        }
    }

    private func brokenInvariantOfAudits() -> String? {
        let isDispatching = !isStopping && !isPaused && !hasEnded
        for ordinal in audits.all {
            let name = "the audit of task \(ordinal)", bar = audits.bar(of: ordinal)!
            guard tasks[ordinal].phase == .done, !isBeingTrained(ordinal) else {
                return "\(name) waits, and the task is not at rest"
            }
            guard isDispatching else { continue }
            let candidates = candidates(for: bar)
            guard let drawn = audits.drawn(for: ordinal) else {
                if let candidate = candidates.first { return "\(name) is nobody's turn, and \(candidate) is there" }
                continue
            }
            guard candidates.contains(drawn) else { return "\(name) is the turn of \(drawn), which cannot have it" }
            let taker = workers.states.first { $0.value.isFree && identity(of: $0.key) == drawn }
            if let taker { return "\(name) waits beside the free slots of \(taker.key), whose turn it is" }
        }
        return nil
    }

    private func brokenInvariant(of key: AttemptKey, _ open: OpenAttempt) -> String? {
        let task = tasks[ordinals[key.task]!]
        guard workers[open.worker]?.attempts.contains(key) == true else { return "\(key): its worker does not hold it" }
        guard task.phase == .running(key.attempt) || task.phase == .done else {
            return "\(key): open, but its task is \(task.phase)"
        }
        guard let attempt = task[key.attempt], attempt.worker == open.worker else { return "\(key): wrong worker" }
        return attempt.isOver ? "\(key): over and open" : nil
    }

    private func brokenInvariant(of worker: WorkerID, _ state: WorkerState) -> String? {
        for key in state.attempts where openAttempts[key]?.worker != worker {
            return "\(worker) holds \(key), which is not open"
        }
        if state.standing != .lost, leaseCheck.map({ $0 > state.lastHeard + policy.lease }) ?? true {
            return "the lease of \(worker) is not watched"
        }
        if state.standing == .lost, !state.attempts.isEmpty { return "\(worker) is lost and holds attempts" }
        if let incoming = state.incoming, incoming.received > incoming.label.byteCount {
            return "\(worker) sent more of a checkpoint than it has"
        }
        let handsOver = state.incoming != nil || handOvers.values.contains { $0.worker == worker }
        if state.standing == .leaving, state.attempts.isEmpty, !handsOver {
            return "\(worker) has left and is still here"
        }
        return nil
    }
}
