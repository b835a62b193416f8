import Experiment

/// The identity of a worker, whatever the worker calls itself. Failures, auditors and different workers are counted by
/// it.
package enum WorkerIdentity: Sendable, Hashable {
    case key(WorkerKey)
    /// A worker whose key is not known, as in the journals of older versions, stands for itself.
    case name(WorkerID)

    var isKey: Bool {
        if case .key = self { true } else { false }
    }

    func isIn(_ keys: Set<WorkerKey>) -> Bool {
        if case .key(let key) = self { keys.contains(key) } else { false }
    }
}

extension TaskBoard {
    /// Whose a name is; `nil` while it is nobody's.
    public func key(of worker: WorkerID) -> WorkerKey? { workers.keys[worker] }

    /// From now on the name is this key's. It cannot become another one's.
    public mutating func bind(_ worker: WorkerID, to key: WorkerKey) { workers.bind(worker, to: key) }

    func identity(of worker: WorkerID) -> WorkerIdentity { workers.identity(of: worker) }
}
