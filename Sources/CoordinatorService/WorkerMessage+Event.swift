import Scheduling
import Wire

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
