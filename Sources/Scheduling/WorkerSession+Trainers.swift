import Experiment

// The life of an attempt here: waiting, training, stopping, over, forgotten.

extension WorkerSession {
    mutating func accept(_ key: AttemptKey, _ task: SweepTask) -> [Action] {
        // A repeated assignment changes nothing; the next heartbeat says that it is known.
        guard attempts[key] == nil else { return [] }
        attempts[key] = AttemptState(task: task, stage: .waiting)
        order.append(key)
        return isLeaving ? stop(key, because: .preempted) : startWaiting()
    }

    /// Starts attempts for which there is a slot, in the order of their assignment.
    private mutating func startWaiting() -> [Action] {
        var actions: [Action] = []
        for key in order where attempts[key]!.stage == .waiting {
            guard let slot = occupants.firstIndex(of: nil) else { break }
            occupants[slot] = key
            attempts[key]!.stage = .training(slot: slot)
            actions.append(.startTrainer(key, attempts[key]!.task, slot: slot))
        }
        return actions
    }

    mutating func report(_ record: EpochRecord, of key: AttemptKey) -> [Action] {
        guard attempts[key] != nil else { return [] }
        let isUp = link == .up
        attempts[key]!.unacknowledged.append(Unacknowledged(record: record, sentAt: isUp ? now : nil))
        return isUp ? [.sendRecord(key, record)] : []
    }

    mutating func conclude(_ key: AttemptKey, _ end: AttemptEnd) -> [Action] {
        guard let state = attempts[key], let slot = state.stage.slot else { return [] }
        occupants[slot] = nil
        if case .stopping(_, let because) = state.stage, end.outcome != .completed {
            attempts[key]!.stage = .over(because.end(seconds: end.seconds))
        } else {
            attempts[key]!.stage = .over(end)
        }
        return endIfSettled(key) + startWaiting()
    }

    mutating func stop(_ key: AttemptKey, because reason: StopReason) -> [Action] {
        switch attempts[key]?.stage {
        case .waiting:
            attempts[key]!.stage = .over(reason.end(seconds: 0))
            return endIfSettled(key)
        case .training(let slot):
            attempts[key]!.stage = .stopping(slot: slot, because: reason)
            return [.stopTrainer(key, slot: slot)]
        case .stopping, .over, nil:
            return []
        }
    }

    mutating func stopAll(because reason: StopReason) -> [Action] {
        order.flatMap { stop($0, because: reason) }
    }

    mutating func forget(_ key: AttemptKey) -> [Action] {
        guard case .over = attempts[key]?.stage, attempts[key]!.unacknowledged.isEmpty else { return [] }
        attempts[key] = nil
        order.removeAll { $0 == key }
        return finishIfSettled()
    }

    /// Traps with the first invariant that does not hold. Tests and the simulator call it after each event.
    public func checkInvariants() {
        if let broken = firstBrokenInvariant() { preconditionFailure(broken) }
    }

    /// The same as a value, for a test that has more to say.
    package func firstBrokenInvariant() -> String? {
        guard Set(order) == Set(attempts.keys), order.count == attempts.count else {
            return "order and attempts differ"
        }
        for case (let slot, let key?) in occupants.enumerated() where attempts[key]?.stage.slot != slot {
            return "slot \(slot) is held by \(key), which is elsewhere"
        }
        for (key, state) in attempts {
            if let slot = state.stage.slot, occupants[slot] != key { return "\(key) holds no slot" }
            if state.stage == .waiting, occupants.contains(nil) { return "\(key) waits beside a free slot" }
            if state.endSentAt != nil, !state.unacknowledged.isEmpty { return "\(key) ended before its last record" }
            if isLeaving, state.stage.isBusy { return "\(key) is busy on a worker that leaves" }
        }
        return nil
    }
}

extension WorkerSession.Stage {
    /// Whether its trainer runs or is to be started, and nobody said that it shall end.
    var isBusy: Bool {
        switch self {
        case .waiting, .training: true
        case .stopping, .over: false
        }
    }

    var slot: Int? {
        switch self {
        case .training(let slot), .stopping(let slot, _): slot
        case .waiting, .over: nil
        }
    }
}

extension WorkerSession.StopReason {
    func end(seconds: Double) -> AttemptEnd {
        switch self {
        case .cancelled: AttemptEnd(outcome: .cancelled, reason: "taken back by the coordinator", seconds: seconds)
        case .preempted: AttemptEnd(outcome: .preempted, reason: "the worker was stopped", seconds: seconds)
        }
    }
}
