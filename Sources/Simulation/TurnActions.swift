import Experiment
import Scheduling

// Questions about all actions of one turn.

extension [TaskBoard.Action] {
    func rejects(_ key: AttemptKey, of worker: WorkerID) -> Bool {
        contains {
            guard case .reportRejected(worker, key, _) = $0 else { return false }
            return true
        }
    }

    func starts(_ key: AttemptKey) -> Bool {
        contains {
            guard case .store(.attemptStarted(key, _, _)) = $0 else { return false }
            return true
        }
    }

    func closes(_ key: AttemptKey) -> Bool {
        contains {
            guard case .store(.attemptEnded(key, _)) = $0 else { return false }
            return true
        }
    }

    /// In one turn an attempt can be stopped and then adopted. After the journal was lost, a key can also be given
    /// anew to a worker that was just told to stop its namesake.
    func opens(_ key: AttemptKey) -> Bool {
        contains {
            switch $0 {
            case .store(.attemptReopened(key)), .store(.attemptStarted(key, _, _)): true
            default: false
            }
        }
    }

    func starts(anyOf task: TaskID) -> Bool {
        contains {
            guard case .store(.attemptStarted(let key, _, _)) = $0 else { return false }
            return key.task == task
        }
    }

    func stops(_ key: AttemptKey, of worker: WorkerID) -> Bool { contains(.send(.stop(key), to: worker)) }

    func reopens(_ task: TaskID) -> Bool { contains(.store(.taskReopened(task))) }

    func fails(_ task: TaskID) -> Bool {
        contains {
            guard case .store(.taskFailed(task, _)) = $0 else { return false }
            return true
        }
    }
}
