import Experiment
import Messages
import Status

/// Something worth a line.
public enum SweepNotice: Sendable {
    case resumed(epochsStored: Int, epochsTotal: Int)
    case listening(endpoint: String)
    /// Where the sweep can be looked at in a browser. Whoever has the address may look.
    case pageServed(url: String)
    case epochStored(SweepTask, EpochRecord, by: WorkerID)
    case taskFailed(SweepTask, reason: String)
    /// The task is tried again, unless another notice says otherwise.
    case attemptEndedEarly(SweepTask, AttemptEnd, on: WorkerID)
    case workerJoined(WorkerID, HostFacts, slots: Int)
    case workerLost(WorkerID, reason: String)
    case workerQuarantined(WorkerID)
    /// Somebody came with an invite, and the owner of the coordinator should know.
    case enrolment(EnrolmentNews)
    /// The key of a worker is not admitted any more: its connections are ended, its tasks go on elsewhere.
    case keyEnded(label: String)
    /// The holder of a key sent more than any worker does, or what none does: it is kept out for a while.
    case workerCutOff(label: String, reason: String)
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
    /// Its records came out other than those of the majority.
    case liarFound(Liar)
    /// Second executions agree that the stored records of a task were wrong.
    case recordsReplaced(SweepTask, by: Attempt, reason: String)
    /// Nothing is dispatched until what is at fault is mended; everything stored is safe.
    case storageFailed(String)
    case storageWorksAgain
    /// The tables cannot be written; the journal is well. They are tried again.
    case tablesFailed(String)
    case tablesWorkAgain
    /// States of trainers cannot be stored; the sweep goes on without.
    case checkpointsFailed(String)
    /// The bytes of a trainer's state that the worker sent are not those that it had announced.
    case checkpointForged(SweepTask, by: WorkerID)
    /// Nothing is left to be trained, and to write the tables a last time takes a while.
    case tablesTakeLong
    /// Somebody asked for it in another terminal; of so many tasks or workers.
    case requestGranted(SweepRequest, count: Int)
    case stopping
    /// The sweep stops, and so many last states of trainers are on their way to it.
    case statesAwaited(count: Int, byteCount: Int)
    /// The coordinator is getting another key; the present one ends after this time.
    case keyChanging(presentEndsIn: Duration)
    /// It has it. So many connected workers have not said that they know it.
    case keyChanged(unreachedCount: Int)

    /// Who came with an invite. Addresses are empty for workers of the coordinator's host; keys are the beginnings of
    /// digests.
    public enum EnrolmentNews: Sendable, Equatable {
        /// It waits for `sweep keys approve`.
        case waiting(label: String, key: String, address: String)
        /// All uses of the invite are taken, and another worker comes with its token: the token has leaked, or was
        /// used by the wrong one.
        case secondClaimant(invite: String, key: String, address: String, first: String, firstAddress: String)
    }

    /// What happened, as programs read it in a log of JSON lines. Programs outlive the names of cases here, so each
    /// word is written out.
    public var event: String {
        switch self {
        case .resumed: "resumed"
        case .listening: "listening"
        case .pageServed: "pageServed"
        case .epochStored: "epochStored"
        case .taskFailed: "taskFailed"
        case .attemptEndedEarly: "attemptEndedEarly"
        case .workerJoined: "workerJoined"
        case .workerLost: "workerLost"
        case .workerQuarantined: "workerQuarantined"
        case .enrolment(.waiting): "workerWaitsForApproval"
        case .enrolment(.secondClaimant): "tokenUsedAgain"
        case .keyEnded: "keyEnded"
        case .workerCutOff: "workerCutOff"
        case .localWorkerTakenOver: "localWorkerTakenOver"
        case .localWorkerDismissed: "localWorkerDismissed"
        case .localWorkerKilled: "localWorkerKilled"
        case .localWorkerAtFault: "localWorkerAtFault"
        case .localWorkerGivenUp: "localWorkerGivenUp"
        case .recordDiffered: "recordDiffered"
        case .liarFound: "liarFound"
        case .recordsReplaced: "recordsReplaced"
        case .storageFailed: "storageFailed"
        case .storageWorksAgain: "storageWorksAgain"
        case .tablesFailed: "tablesFailed"
        case .tablesWorkAgain: "tablesWorkAgain"
        case .checkpointsFailed: "checkpointsFailed"
        case .checkpointForged: "checkpointForged"
        case .tablesTakeLong: "tablesTakeLong"
        case .requestGranted: "requestGranted"
        case .stopping: "stopping"
        case .statesAwaited: "statesAwaited"
        case .keyChanging: "coordinatorKeyChanging"
        case .keyChanged: "coordinatorKeyChanged"
        }
    }
}
