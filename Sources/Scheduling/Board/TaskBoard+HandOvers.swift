import Experiment

// An attempt that ends early is given back at once. The trainer's last state follows in the worker's own time: its task
// is kept for a moment, so that on a quick link nobody trains again what was trained already, and on a slow one no slot
// waits.

extension TaskBoard {
    struct HandOver: Sendable {
        let worker: WorkerID
        let label: CheckpointLabel
    }

    /// States that are announced and not stored, and their bytes that are not here.
    public var announcedStates: (count: Int, byteCount: Int) {
        let here = handOvers.reduce(0) { sum, entry in
            let incoming = workers[entry.value.worker]?.incoming
            return sum + (incoming?.key == entry.key ? incoming!.received : 0)
        }
        return (handOvers.count, handOvers.values.reduce(0) { $0 + $1.label.byteCount } - here)
    }

    /// Keeps in mind that the state of an attempt will come, which ends now or has ended.
    mutating func announce(_ label: CheckpointLabel, of key: AttemptKey, by worker: WorkerID) {
        guard workers[worker] != nil, isWanted(label, of: ordinals[key.task]!, by: key.attempt) else { return }
        handOvers[key] = HandOver(worker: worker, label: label)
        workers[worker]!.movedAt = now
    }

    /// The task of an attempt that has ended waits again.
    mutating func putBack(_ ordinal: Int, after key: AttemptKey) {
        move(ordinal, to: .waiting)
        if handOvers[key] != nil, !isStopping {
            heldBack[ordinal] = now + policy.handOverGrace
        } else {
            pending.insert(ordinal)
        }
    }

    /// A state of `epoch` is stored, or will never be.
    mutating func endHandOver(of key: AttemptKey, upTo epoch: Int = .max) {
        guard let ended = handOvers[key], ended.label.epoch <= epoch else { return }
        handOvers[key] = nil
        release(ordinals[key.task]!)
        removeIfGone(ended.worker)
    }

    private mutating func release(_ ordinal: Int) {
        guard heldBack.removeValue(forKey: ordinal) != nil else { return }
        pending.insert(ordinal)
        mayDispatch = true
    }

    /// No task is kept for too long, and no state waited for that does not move.
    mutating func expireHandOvers() -> [Action] {
        for ordinal in heldBack.filter({ now >= $0.value }).keys { release(ordinal) }
        let stuck = Set(handOvers.values.map(\.worker)).filter { now >= patienceEnd(of: $0) }
        return stuck.sorted().flatMap { forgetStates(of: $0) }
    }

    var handOverCheck: Instant? {
        guard !handOvers.isEmpty || !heldBack.isEmpty else { return nil }
        return (handOvers.values.map { patienceEnd(of: $0.worker) } + heldBack.values).min()
    }

    private func patienceEnd(of worker: WorkerID) -> Instant {
        (workers[worker]?.movedAt).map { $0 + policy.handOverPatience } ?? now
    }

    /// A worker that said goodbye and owes nothing is not known any more.
    mutating func removeIfGone(_ worker: WorkerID) {
        guard let state = workers[worker], state.standing == .leaving, state.attempts.isEmpty,
            state.incoming == nil, !handOvers.values.contains(where: { $0.worker == worker })
        else { return }
        forgetFailures(afterEndOf: worker)
        grants.release(worker, of: identity(of: worker))
        workers[worker] = nil
    }

    // MARK: The stop of a sweep

    mutating func stopEverything() -> [Action] {
        if !isStopping { stopMovedAt = now }
        isStopping = true
        return openAttempts.keys.sorted(by: byTask).map { .send(.stop($0), to: openAttempts[$0]!.worker) }
    }

    mutating func expireStop() -> [Action] {
        isStopping && now >= stopMovedAt + policy.stopPatience ? abandonEverything() : []
    }

    mutating func abandonEverything() -> [Action] {
        guard isStopping else { return [] }
        let end = AttemptEnd(outcome: .cancelled, reason: "the sweep was stopped", seconds: 0)
        for key in handOvers.keys { endHandOver(of: key) }
        return openAttempts.keys.sorted(by: byTask).flatMap { closeOpen($0, end) }
    }
}
