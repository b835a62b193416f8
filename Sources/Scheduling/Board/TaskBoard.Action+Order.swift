import Experiment

extension TaskBoard.Action {
    /// What a worker is told, and which one; `nil` for an action that tells nobody anything.
    func order(under policy: TaskBoard.Policy) -> (WorkerID, WorkerSession.Order)? {
        switch self {
        case .sendWelcome(let worker):
            (worker, .welcome(heartbeat: policy.heartbeat, checkpointInterval: policy.checkpointInterval))
        case .sendWhoAreYou(let worker): (worker, .whoAreYou)
        case .sendHeartbeatHeard(let worker, let number): (worker, .heartbeatHeard(number: number))
        case .sendAssignment(let worker, let key, let task, let label): (worker, .assignment(key, task, from: label))
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
