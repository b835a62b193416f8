import Status

/// Shows a sweep to a person: a terminal, a page, a test. Called on the coordinator's thread; must not block.
public protocol SweepObserver: Sendable {
    /// Each snapshot goes on from the one before: see `SweepSnapshot.changedTasks`.
    func show(_ snapshot: SweepSnapshot)
    func tell(_ notice: SweepNotice)
}

/// Several who watch a sweep.
public struct ObserverGroup: SweepObserver {
    private let observers: [any SweepObserver]

    public init(_ observers: [any SweepObserver]) {
        self.observers = observers
    }

    public func show(_ snapshot: SweepSnapshot) { observers.forEach { $0.show(snapshot) } }

    public func tell(_ notice: SweepNotice) { observers.forEach { $0.tell(notice) } }
}
