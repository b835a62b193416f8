import Experiment

/// A worker as its hello describes it: a coordinator stores and announces it, and a report lists it, also when the
/// worker is long gone.
///
/// It is no `WorkerStatus`, which describes a worker that takes part now: a standing, a silence and a rate would be
/// made up for a worker of which only the journal knows.
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
