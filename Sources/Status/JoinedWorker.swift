import Experiment

/// A worker as its hello describes it: what is said when it joins, and what a report says of those that took part, also
/// of workers that are long gone. A `WorkerStatus` is of a worker that takes part now.
public struct JoinedWorker: Sendable, Hashable {
    public var id: WorkerID
    public var facts: HostFacts
    public var slots: Int

    public init(id: WorkerID, facts: HostFacts, slots: Int) {
        self.id = id
        self.facts = facts
        self.slots = slots
    }
}
