import Scheduling

/// A worker's connection to a simulated coordinator.
struct FleetConnection: WorkerConnection {
    enum Key: Hashable {
        case worker(FleetWorker.Index)
        /// Of all workers that coordinators start on their own host.
        case coordinatorHost
        case intruder
    }

    /// Whose name is spoken.
    let worker: FleetWorker.Index
    /// Counts the connections of a worker.
    let number: Int
    let key: Key
    /// Somebody else speaks in the worker's name. That is the truth; what the coordinator sees of it is `key`.
    let isIntruder: Bool

    init(_ worker: FleetWorker.Index, number: Int, key: Key, isIntruder: Bool = false) {
        self.worker = worker
        self.number = number
        self.key = key
        self.isIntruder = isIntruder
    }
}
