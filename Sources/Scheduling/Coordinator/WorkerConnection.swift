import Experiment

/// A connection over which a worker speaks, as the coordinator's decisions see it: a place that can be answered, and
/// the key that its other end has proved to hold.
public protocol WorkerConnection: Sendable, Hashable {
    var key: WorkerKey { get }
}
