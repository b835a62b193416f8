import Experiment
import Messages

/// Something worth a line.
public enum SweepNotice: Sendable {
    case resumed(epochsStored: Int, epochsTotal: Int)
    case listening(endpoint: String)
    case epochStored(SweepTask, EpochRecord, by: WorkerID)
    case taskFailed(SweepTask, reason: String)
    /// It is tried again, unless a line says otherwise.
    case attemptEndedEarly(SweepTask, AttemptEnd, on: WorkerID)
    case workerJoined(WorkerID, HostFacts, slots: Int)
    case workerLost(WorkerID, reason: String)
    case workerQuarantined(WorkerID)
    /// The worker of this host outlived an earlier coordinator, and trained on.
    case localWorkerTakenOver(WorkerID)
    /// It was started with other options than this command's; another one follows.
    case localWorkerDismissed(WorkerID)
    /// It was taken over or dismissed, and did not answer or end; another one follows.
    case localWorkerKilled(WorkerID)
    /// It cannot be found or started; that is tried again.
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
}
