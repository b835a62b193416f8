import Experiment
import Scheduling

// What the wiring does wrong where a bug is planted.

extension Fleet {
    /// What a shell with the bug makes of a message.
    func plantedBug(in event: TaskBoard.Event, _ coordinator: Coordinator) -> TaskBoard.Event {
        switch (plan.bug, event) {
        case (.attemptNumberIgnored, .endArrived(_, let key, let end, _)):
            guard let last = model.lastAttempt(of: key.task) else { return event }
            let current = AttemptKey(task: key.task, attempt: last)
            return .endArrived(coordinator.board.owner(of: current) ?? workers[0].id, current, end)
        case (.failuresNotCounted, .endArrived(let worker, let key, let end, _)) where end.outcome != .completed:
            return .endArrived(worker, key, AttemptEnd(outcome: .preempted, reason: end.reason, seconds: end.seconds))
        default: return event
        }
    }

    /// What a shell with the bug stores of a turn.
    func plantedBug(inTransaction actions: [TaskBoard.Action]) -> [TaskBoard.Action] {
        actions.compactMap { action in
            switch (plan.bug, action) {
            case (.assignsBeforeStoring, .storeAttemptStarted), (.reopeningNotStored, .storeAttemptReopened),
                (.differenceIgnored, .compareRecord):
                nil
            case (.recordStoredTwice, .compareRecord(let key, let record)): .storeRecord(key, record)
            default: action
            }
        }
    }
}
