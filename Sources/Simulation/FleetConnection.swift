import Experiment
import Scheduling

/// A worker's connection to a simulated coordinator.
struct FleetConnection: WorkerConnection {
    /// Whose name is spoken.
    let worker: FleetWorker.Index
    /// Counts the connections of a worker.
    let number: Int
    let key: WorkerKey
    /// Somebody else speaks in the worker's name, or a worker of another version. That is the truth; what the
    /// coordinator sees of it is `key`.
    let isIntruder: Bool

    init(_ worker: FleetWorker.Index, number: Int, key: WorkerKey, isIntruder: Bool = false) {
        self.worker = worker
        self.number = number
        self.key = key
        self.isIntruder = isIntruder
    }
}

extension WorkerKey {
    /// The key of all workers that simulated coordinators start on their own host.
    static let coordinatorHost = WorkerKey(ofPublicKey: "coordinator's host".utf8)
    static let intruder = WorkerKey(ofPublicKey: "intruder".utf8)

    init(ofWorker number: Int) { self.init(ofPublicKey: "worker \(number)".utf8) }
}
