import Experiment
import Messages

/// Something worth a line.
public enum SweepNotice: Sendable {
    case resumed(epochsStored: Int, epochsTotal: Int)
    case listening(endpoint: String)
    case epochStored(SweepTask, EpochRecord, by: WorkerID)
    case taskFailed(SweepTask, reason: String)
    /// The task is tried again, unless another notice says otherwise.
    case attemptEndedEarly(SweepTask, AttemptEnd, on: WorkerID)
    case workerJoined(WorkerID, HostFacts, slots: Int)
    case workerLost(WorkerID, reason: String)
    case workerQuarantined(WorkerID)
    /// The worker of this host outlived an earlier coordinator, and trained on.
    case localWorkerTakenOver(WorkerID)
    /// The worker of this host was started with other options than this command's; a new one follows.
    case localWorkerDismissed(WorkerID)
    /// The worker of this host was taken over or dismissed, and did not answer or end; a new one follows.
    case localWorkerKilled(WorkerID)
    /// The worker of this host cannot be found or started; that is tried again.
    case localWorkerAtFault(String)
    /// The worker of this host keeps ending; the sweep goes on with the others.
    case localWorkerGivenUp(String)
    /// A second execution gave other bits than the stored record: an alarm.
    case recordDiffered(SweepTask, epoch: Int, by: Attempt)
    /// Nothing is dispatched until what is at fault is mended; everything stored is safe.
    case storageFailed(String)
    case storageWorksAgain
    /// The tables cannot be written; the journal is well. They are tried again.
    case tablesFailed(String)
    case tablesWorkAgain
    /// States of trainers cannot be stored; the sweep goes on without.
    case checkpointsFailed(String)
    /// Nothing is left to be trained, and to write the tables a last time takes a while.
    case tablesTakeLong
    /// Somebody asked for it in another terminal; of so many tasks or workers.
    case requestGranted(SweepRequest, count: Int)
    case stopping
    /// The sweep stops, and so many last states of trainers are on their way to it.
    case statesAwaited(count: Int, byteCount: Int)

    /// What happened, as programs read it in a log of JSON lines. Programs outlive the names of cases here, so each
    /// word is written out.
    public var event: String {
        switch self {
        case .resumed: "resumed"
        case .listening: "listening"
        case .epochStored: "epochStored"
        case .taskFailed: "taskFailed"
        case .attemptEndedEarly: "attemptEndedEarly"
        case .workerJoined: "workerJoined"
        case .workerLost: "workerLost"
        case .workerQuarantined: "workerQuarantined"
        case .localWorkerTakenOver: "localWorkerTakenOver"
        case .localWorkerDismissed: "localWorkerDismissed"
        case .localWorkerKilled: "localWorkerKilled"
        case .localWorkerAtFault: "localWorkerAtFault"
        case .localWorkerGivenUp: "localWorkerGivenUp"
        case .recordDiffered: "recordDiffered"
        case .storageFailed: "storageFailed"
        case .storageWorksAgain: "storageWorksAgain"
        case .tablesFailed: "tablesFailed"
        case .tablesWorkAgain: "tablesWorkAgain"
        case .checkpointsFailed: "checkpointsFailed"
        case .tablesTakeLong: "tablesTakeLong"
        case .requestGranted: "requestGranted"
        case .stopping: "stopping"
        case .statesAwaited: "statesAwaited"
        }
    }
}
