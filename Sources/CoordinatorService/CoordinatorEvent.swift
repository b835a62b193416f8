import Experiment
import Transport

/// What happens to a coordinator.
enum CoordinatorEvent: Sendable {
    case router(RouterEvent)
    case localWorkerEnded(WorkerID)
    case tablesFailed(String)
    case tablesWorkAgain
    case checkpoint(CheckpointKeeper.Report)
    case checkpointUnreadable(TaskID, CheckpointLabel)
    /// From another terminal, which waits for the answer.
    case requested(ControlRequest)
    case stopRequested
    /// A second time.
    case stopInsisted
}
