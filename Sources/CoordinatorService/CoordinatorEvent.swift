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
    /// Somebody stops the coordinator, which then ends in good order.
    case stopRequested
    /// Somebody stops it once more, and does not want to wait for that.
    case stopInsisted
}

extension CoordinatorEvent {
    /// What a peer had it take of the memory.
    var byteCount: Int {
        switch self {
        case .router(.message(_, _, let bytes)): bytes.count
        case .router(.enrolment(let call)): call.bytes.count
        default: 0
        }
    }
}
