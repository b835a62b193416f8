import Experiment
import Status

// Liveness: who is there, and what each runs.

extension TaskBoard {
    mutating func welcome(_ worker: WorkerID, slots: Int, facts: HostFacts) -> [Action] {
        var state = workers[worker] ?? WorkerState(standing: .expected, slots: slots, lastHeard: now)
        state.saidSlots = min(slots, SlotGrants.reasonable(cores: facts.cores))
        state.isPausing = pauses.isPausing(identity(of: worker))
        state.facts = facts
        if state.standing == .expected || state.standing == .lost { state.standing = standingOnReturn(of: worker) }
        workers[worker] = state
        stopAwaiting(identity(of: worker))
        grantSlots(to: worker)
        renewLease(of: worker)
        mayDispatch = true
        return [
            .send(
                .welcome(
                    sweep: sweep, heartbeat: policy.heartbeat, checkpointInterval: policy.checkpointInterval),
                to: worker)
        ]
    }

    mutating func heartbeat(of worker: WorkerID, running: [AttemptKey]) -> [Action] {
        guard let state = workers[worker], state.facts != nil else { return [.send(.whoAreYou, to: worker)] }
        if state.standing == .lost {
            workers[worker]!.standing = standingOnReturn(of: worker)
            grantSlots(to: worker)
            mayDispatch = true
        }
        renewLease(of: worker)
        return reconcile(worker, running: running)
    }

    /// To be cut off for a while does not mend a worker, nor does another name.
    private func standingOnReturn(of worker: WorkerID) -> WorkerStanding {
        let identity = identity(of: worker)
        return quarantined.contains(identity) || standings.isCondemned(identity) ? .quarantined : .live
    }

    /// The last worker of a key is certainly gone: who comes under the key next is another process, on a host that may
    /// have been mended.
    mutating func forgetFailures(afterEndOf worker: WorkerID) {
        let identity = identity(of: worker)
        guard failedTasks[identity] != nil || quarantined.contains(identity) else { return }
        let isLast = !workers.lookAtAll().contains {
            $0.key != worker && $0.value.standing != .lost && self.identity(of: $0.key) == identity
        }
        guard isLast else { return }
        failedTasks[identity] = nil
        quarantined.remove(identity)
    }

    /// Makes what the worker runs and what it should run the same, whatever messages were lost on the way.
    mutating func reconcile(_ worker: WorkerID, running: [AttemptKey]) -> [Action] {
        var actions: [Action] = []
        for key in running.prefix(Self.runningLimit(slots: workers[worker]!.saidSlots)) {
            if workers[worker]!.attempts.contains(key) {
                if isStopping || workers[worker]!.isDrained { actions.append(.send(.stop(key), to: worker)) }
            } else if canAdopt(key, worker) {
                adopt(key, ordinal: ordinals[key.task]!)
                actions.append(.store(.attemptReopened(key)))
            } else {
                actions.append(.send(.stop(key), to: worker))
            }
        }
        let missing = workers[worker]!.attempts.subtracting(running)
        return actions + missing.sorted(by: byTask).flatMap { deliverAgain($0, to: worker) }
    }

    /// The worker should run the attempt and does not list it: the assignment is still on its way, or was lost.
    private mutating func deliverAgain(_ key: AttemptKey, to worker: WorkerID) -> [Action] {
        guard now - openAttempts[key]!.assignedAt >= policy.assignmentTimeout else { return [] }
        let ordinal = ordinals[key.task]!
        let isTakenBack = isStopping || workers[worker]!.isDrained
        guard !isTakenBack, tasks[ordinal].phase != .done || tasks[ordinal][key.attempt]!.isAudit else {
            let outcome = isTakenBack ? AttemptOutcome.cancelled : .workerLost
            return closeOpen(key, AttemptEnd(outcome: outcome, reason: "the worker does not know it", seconds: 0))
        }
        openAttempts[key]!.assignedAt = now
        return recordOrigin(of: key)
            + [.send(.assignment(key, tasks[ordinal].task, from: checkpoints[key.task]), to: worker)]
    }

    private func canAdopt(_ key: AttemptKey, _ worker: WorkerID) -> Bool {
        guard !isStopping, workers[worker]?.isDrained != true, let ordinal = ordinals[key.task],
            let attempt = tasks[ordinal][key.attempt]
        else {
            return false
        }
        return tasks[ordinal].phase == .waiting && attempt.worker == worker && !attempt.isOver
            && !standings.isCondemned(attempt.identity)
    }

    /// Opens an attempt again that was started before: by a coordinator that is gone, or before it was given up.
    mutating func adopt(_ key: AttemptKey, ordinal: Int) {
        if tasks[ordinal].phase == .waiting { move(ordinal, to: .running(key.attempt)) }
        tasks[ordinal].attempts[key.attempt.rawValue - 1].execution.outcome = nil
        open(key, ordinal: ordinal)
    }

    /// Gives the attempt a slot and a lease of its worker.
    mutating func open(_ key: AttemptKey, ordinal: Int) {
        let worker = tasks[ordinal][key.attempt]!.worker
        openAttempts[key] = OpenAttempt(worker: worker, assignedAt: now)
        openAttempts[key]!.mayComeBack = true
        if workers[worker] == nil {
            workers[worker] = WorkerState(standing: .expected, slots: 0, lastHeard: now)
        }
        workers[worker]!.attempts.insert(key)
        leaseCheck = leaseCheck ?? now + policy.lease
    }

    /// A lost worker has no lease: its next heartbeat brings it back.
    mutating func renewLease(of worker: WorkerID) {
        guard let standing = workers[worker]?.standing, standing != .lost else { return }
        workers[worker]!.lastHeard = now
        leaseCheck = leaseCheck ?? now + policy.lease
    }

    mutating func expireLeases() -> [Action] {
        guard let leaseCheck, now >= leaseCheck else { return [] }
        defer {
            let heard = workers.lookAtAll().values.filter { $0.standing != .lost }.map(\.lastHeard).min()
            let drained = workers.lookAtAll().values.filter { !$0.attempts.isEmpty }.compactMap(\.drainedAt).min()
            self.leaseCheck = [heard, drained].compactMap { $0 }.min().map { $0 + policy.lease }
        }
        let taken = expireStandstills()
        let silent = workers.lookAtAll().filter {
            $0.value.standing != .lost && now - $0.value.lastHeard >= policy.lease
        }
        return taken
            + silent.keys.sorted().flatMap {
                lose($0, reason: "not heard of for \(policy.lease / .seconds(1)) s")
            }
    }

    /// Its tasks go on elsewhere at once. What it delivered stays.
    mutating func loseWorkers(of key: WorkerKey) -> [Action] {
        stopAwaiting(.key(key))
        return workers.lookAtAll().keys.filter { workers.keys[$0] == key }.sorted().flatMap {
            lose($0, reason: "its key was revoked")
        }
    }

    mutating func lose(_ worker: WorkerID, reason: String) -> [Action] {
        guard let state = workers[worker], state.standing != .lost else { return [] }
        let end = AttemptEnd(outcome: .workerLost, reason: reason, seconds: 0)
        let actions = forgetStates(of: worker) + state.attempts.sorted(by: byTask).flatMap { closeOpen($0, end) }
        mayDispatch = true
        grants.release(worker, of: identity(of: worker))
        if state.standing == .leaving {
            forgetFailures(afterEndOf: worker)
            workers[worker] = nil
            return actions
        }
        workers[worker]!.standing = .lost
        return actions + [.reportLost(worker, reason: reason)]
    }

    mutating func beginLeaving(of worker: WorkerID) -> [Action] {
        guard workers[worker] != nil else { return [] }
        recordFruitlessLeave(of: worker)
        workers[worker]!.standing = .leaving
        renewLease(of: worker)
        mayDispatch = true
        removeIfGone(worker)
        return []
    }

    func byTask(_ left: AttemptKey, _ right: AttemptKey) -> Bool {
        (ordinals[left.task]!, left.attempt) < (ordinals[right.task]!, right.attempt)
    }
}

extension TaskBoard.TaskState {
    /// `nil` for an attempt that was never started.
    subscript(attempt: Attempt) -> TaskBoard.StartedAttempt? {
        attempts.indices.contains(attempt.rawValue - 1) ? attempts[attempt.rawValue - 1] : nil
    }
}
