import Experiment
import Status

extension TaskBoard {
    /// What happened.
    public enum Event: Sendable, Equatable {
        case helloArrived(WorkerID, slots: Int, facts: HostFacts, running: [AttemptKey])
        /// One with a number is answered.
        case heartbeatArrived(WorkerID, running: [AttemptKey], number: Int? = nil)
        case recordArrived(WorkerID, AttemptKey, EpochRecord)
        /// The trainer's last state follows where it has one.
        case endArrived(WorkerID, AttemptKey, AttemptEnd, state: CheckpointLabel? = nil)
        /// Some of an attempt's checkpoint.
        case checkpointPieceArrived(WorkerID, AttemptKey, CheckpointPiece)
        /// The worker is to resume the attempt from the checkpoint of `epoch`, and wants its bytes from `offset`, at
        /// most `limit` of them or as many as a message takes.
        case checkpointRequested(WorkerID, AttemptKey, epoch: Int, offset: Int, limit: Int? = nil)
        /// All pieces of a checkpoint were as its label says, and it is on the disk under its name.
        case checkpointSaved(AttemptKey, CheckpointLabel)
        /// They were not, or could not be written.
        case checkpointNotSaved(AttemptKey, CheckpointLabel)
        case checkpointUnreadable(TaskID, CheckpointLabel)
        /// The worker takes nothing new; its attempts still end one by one.
        case goodbyeArrived(WorkerID)
        /// It is certain that the worker's process is gone.
        case workerVanished(WorkerID)
        case requestArrived(RequestID, Request)
        case timePassed
        /// Take every task back; the sweep goes on another time.
        case stopRequested
        /// End now, without what workers still owe.
        case stopInsisted
    }

    /// What to do. See `Turn` for the order.
    public enum Action: Sendable, Equatable {
        case storeAttemptStarted(AttemptKey, WorkerID, HostFacts)
        /// The attempt had been given up and goes on after all.
        case storeAttemptReopened(AttemptKey)
        case storeRecord(AttemptKey, EpochRecord)
        case storeAttemptEnded(AttemptKey, AttemptEnd)
        case storeTaskFailed(TaskID, reason: String)
        /// A failed task gets another chance.
        case storeTaskReopened(TaskID)
        /// The cell holds a record already: a second execution is a free check of its bits.
        case compareRecord(AttemptKey, EpochRecord)

        case sendWelcome(WorkerID)
        case sendWhoAreYou(WorkerID)
        case sendHeartbeatHeard(WorkerID, number: Int)
        case sendAssignment(WorkerID, AttemptKey, SweepTask, from: CheckpointLabel? = nil)
        case sendRecordStored(WorkerID, AttemptKey, epoch: Int)
        case sendEndStored(WorkerID, AttemptKey)
        case sendStop(WorkerID, AttemptKey)

        /// Add the piece to those that are here; one at offset 0 begins anew. With the last one, save the checkpoint
        /// and report: `checkpointSaved` or `checkpointNotSaved`.
        case keepCheckpointPiece(AttemptKey, CheckpointPiece)
        case dropCheckpointPieces(AttemptKey)
        case deleteCheckpoint(TaskID, CheckpointLabel)
        /// The bytes before `offset` are here. At the end of the checkpoint it is being saved.
        case sendCheckpointWanted(WorkerID, AttemptKey, epoch: Int, offset: Int)
        /// The worker's checkpoint is stored, or not wanted.
        case sendCheckpointSettled(WorkerID, AttemptKey, epoch: Int)
        /// The bytes from `offset`, at most `limit` of them or as many as a message takes. A file that is gone or
        /// damaged is reported: `checkpointUnreadable`.
        case sendCheckpointPiece(WorkerID, AttemptKey, CheckpointLabel, offset: Int, limit: Int? = nil)
        case sendResumePoint(WorkerID, AttemptKey, CheckpointLabel?)

        /// A message that belongs to nothing in this sweep, of a worker of another sweep or a broken one. It changed
        /// nothing; the worker is answered, so that it forgets what it asked for.
        case reportRejected(WorkerID, AttemptKey, reason: String)
        case sendAnswer(RequestID, Answer)
        case reportLost(WorkerID, reason: String)
        case reportQuarantined(WorkerID)
        /// Nothing is left to do, or to wait for.
        case end(SweepEnding)

        /// Whether it is a fact of the turn's transaction.
        public var isStored: Bool {
            switch self {
            case .storeAttemptStarted, .storeAttemptReopened, .storeRecord, .storeAttemptEnded, .storeTaskFailed,
                .storeTaskReopened:
                true
            default: false
            }
        }
    }
}

extension TaskBoard.Event {
    /// The worker whose message it is; `nil` for what is no message.
    package var sender: WorkerID? {
        switch self {
        case .helloArrived(let worker, _, _, _), .heartbeatArrived(let worker, _, _), .recordArrived(let worker, _, _),
            .endArrived(let worker, _, _, _), .checkpointPieceArrived(let worker, _, _),
            .checkpointRequested(let worker, _, _, _, _), .goodbyeArrived(let worker):
            worker
        case .workerVanished, .checkpointSaved, .checkpointNotSaved, .checkpointUnreadable, .requestArrived,
            .timePassed, .stopRequested, .stopInsisted:
            nil
        }
    }
}
