import Status

/// Shows a sweep to a person: a terminal, a page, a test. Called on the coordinator's thread; must not block.
public protocol SweepObserver: Sendable {
    /// Each snapshot goes on from the one before: see `SweepSnapshot.changedTasks`.
    func show(_ snapshot: SweepSnapshot)
    func tell(_ notice: SweepNotice)
}
