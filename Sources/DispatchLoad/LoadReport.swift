import Scheduling

/// What the workers of one process, or of several, have had from a coordinator, and how long they waited for it.
package struct LoadReport: Sendable, Equatable, Codable {
    /// Workers that were welcomed.
    package var joined = 0
    /// Different attempts that were assigned.
    package var assignments = 0
    package var recordsStored = 0
    package var endsStored = 0
    /// Assignments of attempts that the worker had already: the coordinator took the first one for lost.
    package var assignedAgain = 0
    /// Records and ends that a worker sent more than once.
    package var sentAgain = 0

    /// From the first sending of a record to its acknowledgement.
    package var recordStored = LatencyHistogram()
    /// From the first sending of an attempt's end, which tells the coordinator of a free slot, to the next task's
    /// start.
    package var endToNextTask = LatencyHistogram()
    /// From the end of a trainer to the next task's start in its slot: the acknowledgement of the last record, and what
    /// comes after it. Nothing is trained for so long.
    package var idleSlot = LatencyHistogram()

    /// Nanoseconds of the host's monotonic clock, which all its processes share.
    package var firstWelcome: Int64?
    package var lastFirstWelcome: Int64?
    package var firstAssignment: Int64?
    package var lastEnd: Int64?

    package init() {}

    package mutating func add(_ other: LoadReport) {
        joined += other.joined
        assignments += other.assignments
        recordsStored += other.recordsStored
        endsStored += other.endsStored
        assignedAgain += other.assignedAgain
        sentAgain += other.sentAgain
        recordStored.add(other.recordStored)
        endToNextTask.add(other.endToNextTask)
        idleSlot.add(other.idleSlot)
        firstWelcome = [firstWelcome, other.firstWelcome].compactMap { $0 }.min()
        lastFirstWelcome = [lastFirstWelcome, other.lastFirstWelcome].compactMap { $0 }.max()
        firstAssignment = [firstAssignment, other.firstAssignment].compactMap { $0 }.min()
        lastEnd = [lastEnd, other.lastEnd].compactMap { $0 }.max()
    }
}

extension Instant {
    /// On a clock whose origin is this instant's.
    package init(nanoseconds: Int64) {
        self.init(sinceOrigin: .nanoseconds(nanoseconds))
    }

    package var nanoseconds: Int64 { sinceOrigin.nanoseconds }
}
