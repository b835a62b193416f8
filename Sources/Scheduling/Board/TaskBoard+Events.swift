import Experiment
import Messages
import Status

extension TaskBoard {
    /// An event that the board decides about.
    public enum Event: Sendable, Equatable {
        /// A message of a worker. The messages of a worker come in the order in which it sent them.
        case received(WorkerMessage, from: WorkerID)
        /// All pieces of a checkpoint were as its label says, and it is on the disk under its name.
        case checkpointSaved(AttemptKey, CheckpointLabel)
        /// Some pieces of a checkpoint could not be written.
        case checkpointNotSaved(AttemptKey, CheckpointLabel)
        /// All pieces of a checkpoint are here, and they are not what its label says.
        case checkpointForged(AttemptKey, CheckpointLabel)
        /// The file of a stored checkpoint is gone or damaged.
        case checkpointUnreadable(TaskID, CheckpointLabel)
        /// A record of a second execution was compared with the stored one, and what came of it is stored.
        case recordCompared(ComparedRecord)
        /// Nobody may speak under this key any more.
        case keyEnded(WorkerKey)
        /// It is certain that the worker's process is gone.
        case workerVanished(WorkerID)
        case requestArrived(RequestID, SweepRequest)
        case timePassed
        /// Take every task back; the sweep goes on another time.
        case stopRequested
        /// End now, without what workers still owe.
        case stopInsisted
    }

    /// A thing to do. See `Turn` for the order.
    public enum Action: Sendable, Equatable {
        /// Before anything of the turn leaves.
        case store(TaskFact)
        /// The cell holds a record already: a second execution is a free check of its bits.
        /// `isAnothers` where that record is of another attempt, so that to have the same bits confirms it.
        case compareRecord(AttemptKey, EpochRecord, isAnothers: Bool = false)

        case send(CoordinatorMessage, to: WorkerID)
        /// The bytes from `offset`, at most `limit` of them or as many as a message takes. A file that is gone or
        /// damaged is reported: `checkpointUnreadable`.
        case sendCheckpointPiece(WorkerID, AttemptKey, CheckpointLabel, offset: Int, limit: Int? = nil)

        case changeFiles(CheckpointFileStep)

        /// A message that belongs to nothing in this sweep, of a worker of another sweep or a broken one. It changed
        /// nothing; the worker is answered, so that it forgets what it asked for.
        case reportRejected(WorkerID, AttemptKey, reason: String)
        case sendAnswer(RequestID, SweepAnswer)
        case reportLost(WorkerID, reason: String)
        case reportQuarantined(WorkerID)
        /// The bytes of a checkpoint that the worker sent are not those that it had announced.
        case reportForgedCheckpoint(WorkerID, AttemptKey)
        /// Its records came out other than those of the majority: it gets nothing new, and what it delivered is trained
        /// again.
        case reportLiar(Liar)
        /// Nothing is left to do, or to wait for.
        case end(SweepEnding)

        /// The fact that is to be stored; `nil` for any other action.
        public var fact: TaskFact? {
            guard case .store(let fact) = self else { return nil }
            return fact
        }
    }
}
