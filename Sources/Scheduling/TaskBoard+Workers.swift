import Experiment

// Liveness: who is there, and what each runs.

extension TaskBoard {
    mutating func welcome(_ worker: WorkerID, slots: Int, facts: HostFacts) -> [Action] {
        var state = workers[worker] ?? WorkerState(standing: .live, slots: slots, lastHeard: now)
        state.slots = slots
        state.facts = facts
        state.lastHeard = now
        if state.standing == .expected || state.standing == .lost { state.standing = .live }
        workers[worker] = state
        return [.sendWelcome(worker)]
    }

    mutating func heartbeat(of worker: WorkerID, running: [AttemptKey]) -> [Action] {
        guard let state = workers[worker], state.facts != nil else { return [.sendWhoAreYou(worker)] }
        workers[worker]!.lastHeard = now
        if state.standing == .lost { workers[worker]!.standing = .live }
        return reconcile(worker, running: running)
    }

    /// Makes what the worker runs and what it should run the same, whatever messages were lost on the way.
    mutating func reconcile(_ worker: WorkerID, running: [AttemptKey]) -> [Action] {
        var actions: [Action] = []
        for key in running where !workers[worker]!.attempts.contains(key) {
            if canAdopt(key, worker) {
                adopt(key, ordinal: ordinals[key.task]!)
                actions.append(.storeAttemptReopened(key))
            } else {
                actions.append(.sendStop(worker, key))
            }
        }
        let listed = Set(running)
        for key in workers[worker]!.attempts.subtracting(listed).sorted(by: byTask) {
            guard now - openAttempts[key]!.assignedAt >= policy.assignmentTimeout else { continue }
            openAttempts[key]!.assignedAt = now
            actions.append(.sendAssignment(worker, key, tasks[ordinals[key.task]!].task))
        }
        return actions
    }

    private func canAdopt(_ key: AttemptKey, _ worker: WorkerID) -> Bool {
        guard !isStopping, let ordinal = ordinals[key.task] else { return false }
        return tasks[ordinal].phase == .waiting && tasks[ordinal].owner(of: key.attempt) == worker
    }

    /// Leases the task to an attempt that was started before: by a coordinator that is gone, or before it was given up.
    mutating func adopt(_ key: AttemptKey, ordinal: Int) {
        let worker = tasks[ordinal].owners[key.attempt.rawValue - 1]
        tasks[ordinal].phase = .leased(key.attempt)
        openAttempts[key] = OpenAttempt(worker: worker, assignedAt: now)
        workers[worker, default: WorkerState(standing: .expected, slots: 0, lastHeard: now)].attempts.insert(key)
    }

    mutating func expireLeases() -> [Action] {
        let silent = workers.filter { $0.value.standing != .lost && now - $0.value.lastHeard >= policy.lease }
        return silent.keys.sorted().flatMap {
            lose($0, reason: "not heard of for \(policy.lease / .seconds(1)) s")
        }
    }

    mutating func lose(_ worker: WorkerID, reason: String) -> [Action] {
        guard let state = workers[worker], state.standing != .lost else { return [] }
        let end = AttemptEnd(outcome: .workerLost, reason: reason, seconds: 0)
        let actions = state.attempts.sorted(by: byTask).flatMap { key in closeOpen(key, end) }
        if state.standing == .leaving {
            workers[worker] = nil
            return actions
        }
        workers[worker]!.standing = .lost
        return actions + [.noteLost(worker, reason: reason)]
    }

    mutating func bidFarewell(to worker: WorkerID) -> [Action] {
        guard let state = workers[worker] else { return [] }
        workers[worker]!.lastHeard = now
        workers[worker]!.standing = .leaving
        if state.attempts.isEmpty { workers[worker] = nil }
        return []
    }

    func byTask(_ left: AttemptKey, _ right: AttemptKey) -> Bool {
        (ordinals[left.task]!, left.attempt) < (ordinals[right.task]!, right.attempt)
    }
}

extension TaskBoard.TaskState {
    /// `nil` for an attempt that was never started.
    func owner(of attempt: Attempt) -> WorkerID? {
        owners.indices.contains(attempt.rawValue - 1) ? owners[attempt.rawValue - 1] : nil
    }
}
