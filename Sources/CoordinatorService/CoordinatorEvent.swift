import Experiment
import Transport

/// What happens to a coordinator.
enum CoordinatorEvent: Sendable {
    case router(RouterEvent)
    /// A worker's key, which was admitted under this name, is not any more: no message of it follows, and its
    /// connections are ended.
    case keyEnded(CurvePublicKey, KeyName)
    /// What came of an enrolment.
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
