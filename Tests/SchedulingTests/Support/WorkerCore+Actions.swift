import Experiment
import Scheduling

extension WorkerCore {
    /// All actions that follow from an event.
    mutating func handle(_ event: WorkerSession.Event, at now: Instant) -> [WorkerAction] {
        take(event, at: now)
        return remainingActions()
    }

    mutating func handleImages(
        _ result: Result<DataDigest, HostFault>, of name: DataSetName, at now: Instant
    ) -> [WorkerAction] {
        takeImages(result, of: name, at: now)
        return remainingActions()
    }

    mutating func remainingActions() -> [WorkerAction] {
        var actions: [WorkerAction] = []
        while let action = nextAction() { actions.append(action) }
        return actions
    }
}
