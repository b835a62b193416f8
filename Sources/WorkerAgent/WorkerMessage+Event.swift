import Scheduling
import Wire

extension WorkerMessage {
    /// The message after which the coordinator hears of `event`, which is one of a worker's.
    init(_ event: TaskBoard.Event) {
        switch event {
        case .helloArrived(let worker, let slots, let facts, let running):
            self.init(worker: worker, body: .hello(slots: slots, facts: facts, running: running))
        case .heartbeatArrived(let worker, let running, let number):
            self.init(worker: worker, body: .heartbeat(running: running, number: number))
        case .recordArrived(let worker, let key, let record): self.init(worker: worker, body: .record(key, record))
        case .endArrived(let worker, let key, let end, let state):
            self.init(worker: worker, body: .ended(key, end, state: state))
        case .goodbyeArrived(let worker): self.init(worker: worker, body: .goodbye)
        case .checkpointPieceArrived(let worker, let key, let piece):
            self.init(worker: worker, body: .checkpointPiece(key, piece))
        case .checkpointRequested(let worker, let key, let epoch, let offset, let limit):
            self.init(worker: worker, body: .checkpointRequest(key, epoch: epoch, offset: offset, limit: limit))
        case .checkpointSaved, .checkpointNotSaved, .checkpointUnreadable, .workerVanished, .requestArrived,
            .timePassed, .stopRequested, .stopInsisted:
            preconditionFailure("\(event) is no message of a worker")
        }
    }
}
