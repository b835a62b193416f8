import Experiment
import Messages

// What a worker gets that says much and does little.

extension TaskBoard {
    /// A worker names at most those in its slots, and as many that wait for an answer, and a few whose answers were
    /// lost.
    static func runningLimit(slots: Int) -> Int { 2 * slots + 16 }

    mutating func grantSlots(to worker: WorkerID) {
        let said = workers[worker]!.saidSlots
        workers[worker]!.slots = grants.ask(worker, of: identity(of: worker), wanted: said)
    }

    /// A record of the attempt came, stored or to be compared: it is not at a standstill.
    mutating func recordMove(of key: AttemptKey, epoch: Int) {
        guard let open = openAttempts[key], epoch > open.furthestEpoch else { return }
        let task = tasks[ordinals[key.task]!].task
        epochTimes.record(now - open.movedAt, of: task, by: identity(of: open.worker))
        openAttempts[key]!.movedAt = now
        openAttempts[key]!.furthestEpoch = epoch
    }

    /// A record was stored: whose it is trains.
    mutating func recordProof(by worker: WorkerID) {
        let identity = identity(of: worker)
        for (name, slots) in grants.grow(identity) where workers[name] != nil {
            workers[name]!.slots = slots
            mayDispatch = true
        }
        if pauses.forget(identity) { endPause(of: identity) }
    }

    // MARK: Given back

    /// An attempt came back from its worker that neither failed nor finished.
    mutating func recordReturn(of open: OpenAttempt, _ end: AttemptEnd) {
        guard end.outcome == .preempted || end.outcome == .cancelled, open.furthestEpoch == 0, !isStopping,
            let worker = workers[open.worker], worker.standing == .live, !worker.isDrained, !open.mayComeBack
        else { return }
        let identity = identity(of: open.worker)
        guard pauses.record(identity, at: now) != nil else { return }
        setPausing(identity, true)
    }

    mutating func expirePauses() {
        for identity in pauses.expire(at: now) { endPause(of: identity) }
    }

    private mutating func setPausing(_ identity: WorkerIdentity, _ isPausing: Bool) {
        for name in workers.lookAtAll().keys where self.identity(of: name) == identity {
            workers[name]!.isPausing = isPausing
        }
    }

    private mutating func endPause(of identity: WorkerIdentity) {
        setPausing(identity, false)
        mayDispatch = true
    }

    // MARK: Kept for too long

    /// Takes back what was kept without a record for longer than any epoch takes, and what a drained worker was told to
    /// give back a lease ago. Called once a lease.
    mutating func expireStandstills() -> [Action] {
        // While the disk takes nothing, no records are taken either: that is not the workers' time.
        let gap = now - standstillCheck
        standstillCheck = now
        if gap > policy.lease * 3 { for key in openAttempts.keys { openAttempts[key]!.movedAt = now } }
        let stalled = openAttempts.filter { key, open in now - open.movedAt >= timeLimit(of: key, open) }
        let kept = openAttempts.filter { _, open in
            workers[open.worker]?.drainedAt.map { now - $0 >= policy.lease } ?? false
        }
        return stalled.keys.sorted(by: byTask).flatMap { key in
            let limit = Int(timeLimit(of: key, stalled[key]!) / .seconds(60))
            return takeBack(key, .error, "stalled: no epoch within \(limit) min, far longer than others took")
        } + kept.keys.sorted(by: byTask).flatMap { takeBack($0, .cancelled, "the drained worker kept it") }
    }

    private func timeLimit(of key: AttemptKey, _ open: OpenAttempt) -> Duration {
        epochTimes.limit(of: tasks[ordinals[key.task]!].task, for: identity(of: open.worker))
    }

    /// Its worker may list it as often as it likes: it is over. A late record is taken, as always.
    private mutating func takeBack(_ key: AttemptKey, _ outcome: AttemptOutcome, _ reason: String) -> [Action] {
        guard let open = openAttempts[key] else { return [] }
        tasks[ordinals[key.task]!].attempts[key.attempt.rawValue - 1].isOver = true
        return closeOpen(key, AttemptEnd(outcome: outcome, reason: reason, seconds: 0))
            + [.send(.stop(key), to: open.worker)]
    }
}
