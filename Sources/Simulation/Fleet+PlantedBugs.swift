import Experiment
import Scheduling

// What the wiring does wrong where a bug is planted.

extension Fleet {
    /// What a shell with the bug makes of what arrives.
    func plantedBug(in event: FleetCoordinator.Core.Event) -> FleetCoordinator.Core.Event {
        guard case .messageArrived(let message, let connection) = event else { return event }
        switch (plan.bug, message) {
        case (.nameTakenByAnotherKey, _) where connection.isIntruder:
            let key = workers[connection.worker.rawValue].key
            let mistaken = FleetConnection(connection.worker, number: connection.number, key: key, isIntruder: true)
            return .messageArrived(message, over: mistaken)
        case (.attemptNumberIgnored, .endArrived(_, let key, let end, _)):
            guard let last = model.lastAttempt(of: key.task) else { return event }
            let current = AttemptKey(task: key.task, attempt: last)
            let owner = coordinator!.core.board.owner(of: current) ?? workers[0].id
            return .messageArrived(.endArrived(owner, current, end), over: self.connection(of: index(of: owner)))
        case (.failuresNotCounted, .endArrived(let worker, let key, let end, _)) where end.outcome != .completed:
            let end = AttemptEnd(outcome: .preempted, reason: end.reason, seconds: end.seconds)
            return .messageArrived(.endArrived(worker, key, end), over: connection)
        default: return event
        }
    }

    /// What a shell with the bug stores of a turn.
    func plantedBug(inTransaction facts: [StoredFact]) -> [StoredFact] {
        facts.filter { fact in
            switch (plan.bug, fact) {
            case (.assignsBeforeStoring, .board(.storeAttemptStarted)),
                (.reopeningNotStored, .board(.storeAttemptReopened)):
                false
            default: true
            }
        }
    }
}
