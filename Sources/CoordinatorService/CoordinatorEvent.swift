import Experiment
import Transport

/// An event of a coordinator, which its loop handles in the order of arrival.
enum CoordinatorEvent: Sendable {
    case router(RouterEvent)
    /// The desk has answered somebody who asked to be let in, and the owner of the coordinator should know.
    case enrolment(EnrolmentDesk.Report)
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
