import Experiment

/// Which connection leads to which worker.
///
/// A worker's name belongs to the key under which it spoke first: another key that claims it is refused, so an invited
/// worker cannot speak for another one. A name is never given up while the coordinator runs.
public struct PeerTable<Connection: WorkerConnection>: Sendable {
    private var entries: [WorkerID: Connection] = [:]

    public init() {}

    /// Lets `worker` speak over `connection`, and be answered there; `false`, and nothing is changed, where the name
    /// belongs to another key.
    public mutating func admit(_ worker: WorkerID, over connection: Connection) -> Bool {
        if let entry = entries[worker], entry.key != connection.key { return false }
        entries[worker] = connection
        return true
    }

    /// Where the worker spoke last; `nil` before it has spoken.
    public func connection(of worker: WorkerID) -> Connection? { entries[worker] }

    /// Every connection that is known, in the order of the workers' names.
    public var connections: [Connection] { entries.sorted { $0.key < $1.key }.map(\.value) }
}
