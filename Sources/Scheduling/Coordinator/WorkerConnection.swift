/// A connection over which a worker speaks, as the coordinator's decisions see it: a place that can be answered, and a
/// key that its other end has proved to hold.
public protocol WorkerConnection: Sendable, Hashable {
    associatedtype Key: Sendable, Hashable

    var key: Key { get }
}
