/// What signals to stop ask of a command that keeps what it has done.
///
/// Before there is anything to keep, the first signal ends the command. Then the first one has the work store what it
/// has and end by itself, and a later one ends it at once.
package struct StoppableWork: Sendable {
    /// What follows from a signal.
    package enum Answer: Sendable {
        /// The command ends without delay.
        case endNow
        /// The work sees `isStopRequested`, stores what it has, and ends.
        case endInOrder
        /// It is an echo of the signal before.
        case nothing
    }

    private var hasBegun = false
    private var stop = RepeatedStop()
    package private(set) var isStopRequested = false

    package init() {}

    /// From now on there is something to keep.
    package mutating func begin() { hasBegun = true }

    package mutating func takeSignal(at now: ContinuousClock.Instant) -> Answer {
        let isInsistent = stop.insists(at: now)
        guard hasBegun else { return .endNow }
        guard isStopRequested else {
            isStopRequested = true
            return .endInOrder
        }
        return isInsistent ? .endNow : .nothing
    }
}
