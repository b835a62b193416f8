import Experiment
import Messages

// The life of an attempt here: waiting, training, stopping, over, forgotten.

extension WorkerSession {
    mutating func accept(_ key: AttemptKey, _ task: SweepTask, from label: CheckpointLabel?) -> [Action] {
        // A repeated assignment changes nothing; the next heartbeat says that it is known.
        guard attempts[key] == nil else { return [] }
        attempts[key] = AttemptState(
            task: task, stage: .waiting, fetch: label.map { CheckpointAssembly(of: $0) }, checkpointSettledAt: now)
        order.append(key)
        // A goodbye that was lost, or that a hello overtook: the coordinator would go on giving.
        return isLeaving ? [.send(.goodbye)] + stop(key, because: .preempted) : startWaiting()
    }

    /// Starts attempts for which there is a slot, in the order of their assignment.
    mutating func startWaiting() -> [Action] {
        var actions: [Action] = []
        for key in order where attempts[key]!.stage == .waiting {
            guard let slot = occupants.firstIndex(of: nil) else { break }
            occupants[slot] = key
            if attempts[key]!.fetch == nil {
                actions += train(key, slot: slot, from: nil)
            } else {
                attempts[key]!.stage = .fetching(slot: slot)
            }
        }
        return actions + askForPiece()
    }

    mutating func report(_ record: EpochRecord, of key: AttemptKey) -> [Action] {
        guard attempts[key] != nil else { return [] }
        let isUp = link == .up
        attempts[key]!.unacknowledged.append(Unacknowledged(record: record, sentBefore: isUp ? nextNumber : nil))
        return isUp ? [.send(.record(key, record))] : []
    }

    mutating func conclude(_ key: AttemptKey, _ end: AttemptEnd) -> [Action] {
        guard let state = attempts[key], let slot = state.stage.slot else { return [] }
        occupants[slot] = nil
        if case .stopping(_, let because) = state.stage, end.outcome != .completed {
            attempts[key]!.stage = .over(because.end(seconds: end.seconds))
        } else {
            attempts[key]!.stage = .over(end)
        }
        // Nobody goes on with a task that is done, or that fails everywhere.
        if end.outcome == .completed || end.outcome == .diverged { outbox.withdraw(key) }
        return endIfSettled(key) + sendNextCheckpoint() + startWaiting()
    }

    mutating func stop(_ key: AttemptKey, because reason: StopReason) -> [Action] {
        switch attempts[key]?.stage {
        case .waiting:
            attempts[key]!.stage = .over(reason.end(seconds: 0))
            return endIfSettled(key)
        case .fetching(let slot):
            occupants[slot] = nil
            attempts[key]!.stage = .over(reason.end(seconds: 0))
            attempts[key]!.fetch = nil
            return endIfSettled(key) + askForPiece()
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
        guard let state = attempts[key], case .over = state.stage, state.unacknowledged.isEmpty else { return [] }
        attempts[key] = nil
        order.removeAll { $0 == key }
        movedAt = now
        return sendNextCheckpoint() + finishIfSettled()
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
            if state.endSentBefore != nil, !state.unacknowledged.isEmpty {
                return "\(key) ended before its last record"
            }
            if case .fetching = state.stage, state.fetch == nil { return "\(key) fetches nothing" }
            if isLeaving, state.stage.isBusy { return "\(key) is busy on a worker that leaves" }
        }
        if link == .up, askedPiece == nil, attempts.values.contains(where: \.stage.isFetching) {
            return "a checkpoint that nobody asks for"
        }
        return nil
    }
}

extension WorkerSession.Stage {
    /// Whether its trainer runs or is to be started, and nobody said that it shall end.
    var isBusy: Bool {
        switch self {
        case .waiting, .fetching, .training: true
        case .stopping, .over: false
        }
    }

    var isFetching: Bool {
        if case .fetching = self { true } else { false }
    }

    var slot: Int? {
        switch self {
        case .fetching(let slot), .training(let slot), .stopping(let slot, _): slot
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
