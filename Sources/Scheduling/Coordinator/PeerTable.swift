import Experiment

/// Which connection leads to which worker.
public struct PeerTable<Connection: WorkerConnection>: Sendable {
    private var entries: [WorkerID: Connection] = [:]

    public init() {}

    /// From now on the worker is answered over `connection`.
    public mutating func enter(_ worker: WorkerID, over connection: Connection) { entries[worker] = connection }

    /// Where the worker spoke last; `nil` before it has spoken.
    public func connection(of worker: WorkerID) -> Connection? { entries[worker] }

    /// Every connection that is known, in the order of the workers' names.
    public var connections: [Connection] { entries.sorted { $0.key < $1.key }.map(\.value) }

    /// Says to every worker that has spoken that the coordinator ends.
    var farewells: [Delivery<Connection>] { connections.map { .send(.farewell, to: $0) } }
}
