import Experiment
import Foundation
import Journal
import Scheduling
import Wire

// What the board's actions mean to the journal and on the wire.

extension TaskBoard.Action {
    /// The fact to be stored; `nil` where there is none.
    package func journalChange(at date: Date) -> JournalChange? {
        switch self {
        case .storeAttemptStarted(let key, let worker, let facts):
            .attemptStarted(key, worker: worker, facts: facts, at: date)
        case .storeAttemptReopened(let key):
            .attemptReopened(key)
        case .storeRecord(let key, let record):
            .recordCommitted(record, by: key)
        case .storeAttemptEnded(let key, let end):
            .attemptEnded(key, StoredEnd(end, at: date))
        case .storeTaskFailed(let task, let reason):
            .taskFailed(task, reason: reason)
        case .storeTaskReopened(let task):
            .taskReopened(task)
        default: nil
        }
    }

    /// The message to be sent, and to whom; `nil` where there is none.
    func message(sweep: String, policy: TaskBoard.Policy) -> (WorkerID, CoordinatorMessage)? {
        switch self {
        case .sendWelcome(let worker):
            (
                worker,
                .welcome(sweep: sweep, heartbeat: policy.heartbeat, checkpointInterval: policy.checkpointInterval)
            )
        case .sendWhoAreYou(let worker): (worker, .whoAreYou)
        case .sendHeartbeatHeard(let worker, let number): (worker, .heartbeatHeard(number: number))
        case .sendAssignment(let worker, let key, let task, let label):
            (worker, .assignment(key, task, from: label))
        case .sendRecordStored(let worker, let key, let epoch): (worker, .recordStored(key, epoch: epoch))
        case .sendEndStored(let worker, let key): (worker, .endStored(key))
        case .sendStop(let worker, let key): (worker, .stop(key))
        case .sendCheckpointWanted(let worker, let key, let epoch, let offset):
            (worker, .checkpointWanted(key, epoch: epoch, offset: offset))
        case .sendCheckpointSettled(let worker, let key, let epoch): (worker, .checkpointSettled(key, epoch: epoch))
        case .sendResumePoint(let worker, let key, let label): (worker, .resumePoint(key, label))
        default: nil
        }
    }
}

extension WorkerMessage {
    /// What the message means to the board.
    var event: TaskBoard.Event {
        switch body {
        case .hello(let slots, let facts, let running):
            .helloArrived(worker, slots: slots, facts: facts, running: running)
        case .heartbeat(let running, let number): .heartbeatArrived(worker, running: running, number: number)
        case .record(let key, let record): .recordArrived(worker, key, record)
        case .ended(let key, let end, let state): .endArrived(worker, key, end, state: state)
        case .goodbye: .goodbyeArrived(worker)
        case .checkpointPiece(let key, let piece): .checkpointPieceArrived(worker, key, piece)
        case .checkpointRequest(let key, let epoch, let offset, let limit):
            .checkpointRequested(worker, key, epoch: epoch, offset: offset, limit: limit)
        }
    }
}

extension TaskBoard.RestoredTask {
    package init(_ task: SweepTask, _ history: TaskHistory, checkpoint: CheckpointLabel?) {
        self.init(task: task)
        self.checkpoint = checkpoint
        committedEpochs = history.epochs
        attempts = history.attempts.map { ($0.worker, $0.end?.outcome) }
        isFailed = history.failure != nil
        lastProgress = history.lastProgress
    }
}
