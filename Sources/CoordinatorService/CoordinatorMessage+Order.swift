import Scheduling
import Wire

extension CoordinatorMessage {
    /// The message that carries an order to a worker of the sweep of this name.
    init(_ order: WorkerSession.Order, sweep: String) {
        switch order {
        case .welcome(let heartbeat, let checkpointInterval):
            self = .welcome(sweep: sweep, heartbeat: heartbeat, checkpointInterval: checkpointInterval)
        case .whoAreYou: self = .whoAreYou
        case .assignment(let key, let task, let label): self = .assignment(key, task, from: label)
        case .recordStored(let key, let epoch): self = .recordStored(key, epoch: epoch)
        case .endStored(let key): self = .endStored(key)
        case .stop(let key): self = .stop(key)
        case .refusal(let reason): self = .refusal(reason: reason)
        case .farewell: self = .farewell
        case .checkpointWanted(let key, let epoch, let offset):
            self = .checkpointWanted(key, epoch: epoch, offset: offset)
        case .checkpointSettled(let key, let epoch): self = .checkpointSettled(key, epoch: epoch)
        case .checkpointPiece(let key, let piece): self = .checkpointPiece(key, piece)
        case .resumePoint(let key, let label): self = .resumePoint(key, label)
        case .heartbeatHeard(let number): self = .heartbeatHeard(number: number)
        }
    }
}
