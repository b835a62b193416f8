import Experiment
import Scheduling

// What the wiring does wrong where a bug is planted.

extension Fleet {
    /// What a shell with the bug makes of what arrives.
    func plantedBug(in event: FleetCoordinator.Core.Event) -> FleetCoordinator.Core.Event {
        guard case .messageArrived(let message, let worker, let connection) = event else { return event }
        switch (plan.bug, message) {
        case (.nameTakenByAnotherKey, _) where connection.isIntruder:
            let key = workers[connection.worker.rawValue].key
            let mistaken = FleetConnection(connection.worker, number: connection.number, key: key, isIntruder: true)
            return .messageArrived(message, from: worker, over: mistaken)
        case (.oneKeyCountedAsTwo, _) where !connection.isIntruder && workers[connection.worker.rawValue].isLiar:
            let key = WorkerKey(ofPublicKey: worker.rawValue.utf8)
            let mistaken = FleetConnection(connection.worker, number: connection.number, key: key)
            return .messageArrived(message, from: worker, over: mistaken)
        case (.attemptNumberIgnored, .ended(let key, let end, _)):
            guard let last = model.lastAttempt(of: key.task) else { return event }
            let current = AttemptKey(task: key.task, attempt: last)
            let owner = coordinator!.core.board.owner(of: current) ?? workers[0].id
            return .messageArrived(.ended(current, end), from: owner, over: self.connection(of: index(of: owner)))
        case (.failuresNotCounted, .ended(let key, let end, _)) where end.outcome != .completed:
            let end = AttemptEnd(outcome: .preempted, reason: end.reason, seconds: end.seconds)
            return .messageArrived(.ended(key, end), from: worker, over: connection)
        default: return event
        }
    }

    /// What a shell with the bug stores of a turn.
    func plantedBug(inTransaction facts: [StoredFact]) -> [StoredFact] {
        facts.filter { fact in
            switch (plan.bug, fact) {
            case (.assignsBeforeStoring, .task(.attemptStarted)),
                (.reopeningNotStored, .task(.attemptReopened)), (.replacementNotStored, .task(.recordsReplaced)):
                false
            default: true
            }
        }
    }
}
