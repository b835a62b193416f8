import Experiment
import Messages

// The board answers what a worker says.

extension TaskBoard {
    mutating func take(_ message: WorkerMessage, from worker: WorkerID) -> [Action] {
        // Any message is a sign of life, also one that belongs to nothing here.
        renewLease(of: worker)
        switch message {
        case .hello(let slots, let facts, let running):
            return welcome(worker, slots: slots, facts: facts) + reconcile(worker, running: running)
        case .heartbeat(let running, let number):
            let answer = number.map { Action.send(.heartbeatHeard(number: $0), to: worker) }
            return heartbeat(of: worker, running: running) + [answer].compactMap { $0 }
        case .record(let key, let record):
            stopMovedAt = now
            return take(record, of: key, from: worker)
        case .ended(let key, let end, let state):
            stopMovedAt = now
            return close(key, end, saidBy: worker, announcing: state)
        case .checkpointPiece(let key, let piece):
            stopMovedAt = now
            return take(piece, of: key, from: worker)
        case .checkpointRequest(let key, let epoch, let offset, let limit):
            return serve(key, epoch: epoch, offset: offset, limit: limit, to: worker)
        case .goodbye:
            return beginLeaving(of: worker)
        }
    }
}
