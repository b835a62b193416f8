import Experiment
import Scheduling

/// What a leaving worker says of the states that it hands over: a line at once, and one every few seconds.
package struct HandOverProgress {
    private static let pause = Duration.seconds(3)

    private let since: Instant
    private var saidAt: Instant?
    /// The most that was owed: trainers hand their last states over while they end.
    private var largestByteCount = 0

    package init(since instant: Instant) {
        since = instant
    }

    /// `nil` while there is nothing new to say.
    package mutating func line(for debt: WorkerSession.Debt, at now: Instant) -> String? {
        largestByteCount = max(largestByteCount, debt.byteCount)
        guard debt.checkpointCount > 0, debt.attemptCount == 0, saidAt.map({ now - $0 >= Self.pause }) ?? true
        else { return nil }
        defer { saidAt = now }
        let states = counted(debt.checkpointCount, "state")
        guard saidAt != nil else {
            return "the tasks are given back; handing over \(states), \(megabytesText(debt.byteCount)) "
                + "(Ctrl-C again leaves now; nothing that is stored is lost)"
        }
        let left = "\(states) left to hand over, \(megabytesText(debt.byteCount)) of \(megabytesText(largestByteCount))"
        let moved = largestByteCount - debt.byteCount
        guard moved > 0 else { return left }
        let seconds = (now - since) / .seconds(1) * Double(debt.byteCount) / Double(moved)
        return left + ", about \(Int(min(seconds, 86_400)) + 1) s"
    }
}
