import Experiment
import Messages

// What a worker gets that says much and does little.

extension TaskBoard {
    /// A worker names at most those in its slots, and as many that wait for an answer, and a few whose answers were
    /// lost.
    static func runningLimit(slots: Int) -> Int { 2 * slots + 16 }

    /// An attempt without an epoch for so many leases, four minutes unless the lease is set, is not waited for by those
    /// who have nothing to do.
    private static let idleLeases = 12

    mutating func grantSlots(to worker: WorkerID) {
        let said = workers[worker]!.saidSlots
        workers[worker]!.slots = grants.ask(worker, of: identity(of: worker), wanted: said)
    }

    /// A record of the attempt came, stored or to be compared: it is not at a standstill.
    mutating func recordMove(of key: AttemptKey, epoch: Int) {
        guard let open = openAttempts[key], epoch > open.furthestEpoch else { return }
        workers[open.worker]!.hasDelivered = true
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

    /// Its worker says that an attempt is over, or sent something that ends it. One of which nothing came, whatever the
    /// reason that is given, counts as given back. That a loss is not finite is a result.
    mutating func recordFruitless(_ open: OpenAttempt, _ end: AttemptEnd) {
        guard end.outcome != .diverged, open.isFruitless, workers[open.worker]?.standing == .live else { return }
        recordFruitless(of: open.worker)
    }

    /// A worker that leaves with tasks of which nothing came has given back once, however many they are: a host that is
    /// taken away is not to pay for each of its slots. So has one that came for nothing at all: each time, lots are
    /// drawn again.
    mutating func recordFruitlessLeave(of worker: WorkerID) {
        guard let state = workers[worker], state.standing == .live,
            !state.hasDelivered || state.attempts.contains(where: { openAttempts[$0]!.isFruitless })
        else { return }
        recordFruitless(of: worker)
    }

    private mutating func recordFruitless(of worker: WorkerID) {
        guard !isStopping, workers[worker]?.isDrained == false else { return }
        let identity = identity(of: worker)
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
        recordChangedCompany()
    }

    private mutating func endPause(of identity: WorkerIdentity) { setPausing(identity, false) }

    // MARK: Kept for too long

    /// Takes back what was kept without a record for longer than any epoch takes, and what a drained worker was told to
    /// give back a lease ago. Called once a lease.
    mutating func expireStandstills() -> [Action] {
        // While the disk takes nothing, no records are taken either: that is not the workers' time.
        let gap = now - standstillCheck
        standstillCheck = now
        if gap > policy.lease * 3 { for key in openAttempts.keys { openAttempts[key]!.movedAt = now } }
        let stalled = openAttempts.filter { key, open in now - open.movedAt >= timeLimit(of: key, open) }
        let idle = idleAttempts()
        for key in idle { tasks[ordinals[key.task]!].attempts[key.attempt.rawValue - 1].wasIdle = true }
        for identity in Set(idle.map { identity(of: openAttempts[$0]!.worker) }) {
            pauses.recordStandstill(identity, at: now)
            setPausing(identity, true)
        }
        let kept = openAttempts.filter { _, open in
            workers[open.worker]?.drainedAt.map { now - $0 >= policy.lease } ?? false
        }
        return stalled.keys.sorted(by: byTask).flatMap { key in
            let limit = Int((timeLimit(of: key, stalled[key]!) / .seconds(60)).rounded())
            return takeBack(key, .error, "stalled: no epoch within \(limit) min, far longer than others took")
        } + idle.flatMap { takeBack($0, .cancelled, "no epoch came of it while others had nothing to do") }
            + kept.keys.sorted(by: byTask).flatMap { takeBack($0, .cancelled, "the drained worker kept it") }
    }

    /// Attempts of which no epoch came for a while that others, who have nothing to do, need not wait for longer.
    ///
    /// A slow host loses what it trained of an epoch, and the task goes to one that may be no faster. So each time that
    /// a task is taken back the next one waits twice as long, and no task goes round for ever.
    private mutating func idleAttempts() -> [AttemptKey] {
        let still = openAttempts.filter { key, open in now - open.movedAt >= patience(with: key, open) }.keys
        guard !still.isEmpty, !isPaused, !isStopping else { return [] }
        let free = workers.lookAtAll().filter(\.value.isFree)
        let placeCounts = free.values.map(\.freeSlots)
        var places = placeCounts.reduce(0, +)
        return still.sorted(by: byTask).filter { key in
            let holder = identity(of: openAttempts[key]!.worker)
            guard places > 0, free.keys.contains(where: { identity(of: $0) != holder }) else { return false }
            places -= 1
            return true
        }
    }

    private func patience(with key: AttemptKey, _ open: OpenAttempt) -> Duration {
        let times = tasks[ordinals[key.task]!].attempts.count(where: \.wasIdle)
        let least = max(policy.lease * Self.idleLeases, epochTimes.patience(with: identity(of: open.worker)))
        return least * (1 << min(times, 20))
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

extension TaskBoard.OpenAttempt {
    /// It brought no record, and was not asked to end.
    fileprivate var isFruitless: Bool { furthestEpoch == 0 && !mayComeBack }
}
