import Experiment

/// A worker as its hello describes it.
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
