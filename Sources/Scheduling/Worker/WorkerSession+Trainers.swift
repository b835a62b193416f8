import Experiment
import Messages

// The life of an attempt here: waiting, training, stopping, over, forgotten.

extension WorkerSession {
    /// An honest coordinator gives a task for each slot, and another one when it has heard of the end; a few ends may
    /// wait for their answers. More are not taken: such a one would be given again if it were meant.
    private var attemptLimit: Int { 4 * slots + 16 }

    mutating func accept(_ key: AttemptKey, _ task: SweepTask, from label: CheckpointLabel?) -> [WorkerAction] {
        // A repeated assignment changes nothing; the next heartbeat says that it is known.
        guard attempts[key] == nil, attempts.count < attemptLimit else { return [] }
        attempts[key] = AttemptState(
            task: task, stage: .waiting, fetch: label.map { CheckpointAssembly(of: $0) }, checkpointSettledAt: now)
        order.append(key)
        // A goodbye that was lost, or that a hello overtook: the coordinator would go on giving.
        return isLeaving ? [.send(.goodbye)] + stop(key, because: .preempted) : startWaiting()
    }

    /// Starts attempts for which there is a slot, in the order of their assignment.
    mutating func startWaiting() -> [WorkerAction] {
        var actions: [WorkerAction] = []
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

    mutating func report(_ record: EpochRecord, of key: AttemptKey) -> [WorkerAction] {
        guard attempts[key] != nil else { return [] }
        let isUp = link == .up
        attempts[key]!.unacknowledged.append(Unacknowledged(record: record, sentBefore: isUp ? nextNumber : nil))
        return isUp ? [.send(.record(key, record))] : []
    }

    mutating func conclude(_ key: AttemptKey, _ end: AttemptEnd) -> [WorkerAction] {
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

    /// Ends an attempt that cannot be trained on this host, which the host is blamed for and not the task.
    mutating func giveBack(_ key: AttemptKey, for fault: HostFault) -> [WorkerAction] {
        guard attempts[key]?.stage.slot != nil else { return [] }
        let end = AttemptEnd(outcome: .unfit, reason: fault.description, seconds: 0)
        return [.reportUnfit(key, fault)] + conclude(key, end)
    }

    mutating func stop(_ key: AttemptKey, because reason: StopReason) -> [WorkerAction] {
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
            return [.stopTrainer(key)]
        case .stopping, .over, nil:
            return []
        }
    }

    mutating func stopAll(because reason: StopReason) -> [WorkerAction] {
        order.flatMap { stop($0, because: reason) }
    }

    mutating func forget(_ key: AttemptKey) -> [WorkerAction] {
        guard let state = attempts[key], case .over = state.stage, state.unacknowledged.isEmpty else { return [] }
        attempts[key] = nil
        order.removeAll { $0 == key }
        movedAt = now
        return sendNextCheckpoint() + finishIfSettled()
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
