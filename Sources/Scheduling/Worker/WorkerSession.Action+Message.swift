import Experiment

extension WorkerSession.Action {
    /// What the coordinator hears of it; `nil` for an action that tells it nothing.
    func message(of worker: WorkerID, slots: Int, facts: HostFacts) -> TaskBoard.Event? {
        switch self {
        case .sendHello(let running): .helloArrived(worker, slots: slots, facts: facts, running: running)
        case .sendHeartbeat(let running, let number): .heartbeatArrived(worker, running: running, number: number)
        case .sendRecord(let key, let record): .recordArrived(worker, key, record)
        case .sendEnd(let key, let end, let state): .endArrived(worker, key, end, state: state)
        case .sendGoodbye: .goodbyeArrived(worker)
        case .sendCheckpointPiece(let key, let piece): .checkpointPieceArrived(worker, key, piece)
        case .sendCheckpointRequest(let key, let epoch, let offset, let limit):
            .checkpointRequested(worker, key, epoch: epoch, offset: offset, limit: limit)
        case .startTrainer, .stopTrainer, .finish: nil
        }
    }
}
