import Experiment
import Messages

// A worker that leaves first gives its attempts back, which is quick on any link, and then hands their states over, one
// after another, for as long as they move.

extension WorkerSession {
    /// The ends and states that a worker has and its coordinator has not.
    public struct Debt: Sendable, Hashable {
        /// Attempts whose end is not stored.
        public var attemptCount: Int
        public var checkpointCount: Int
        /// The size of these checkpoints, without the bytes that have arrived.
        public var byteCount: Int

        public init(attemptCount: Int, checkpointCount: Int, byteCount: Int) {
            self.attemptCount = attemptCount
            self.checkpointCount = checkpointCount
            self.byteCount = byteCount
        }
    }

    public var debt: Debt {
        Debt(attemptCount: attempts.count, checkpointCount: outbox.count, byteCount: outbox.byteCount)
    }

    mutating func leave() -> [WorkerAction] {
        guard !isLeaving else { return [] }
        isLeaving = true
        movedAt = now
        let goodbye: [WorkerAction] = link == .up ? [.send(.goodbye)] : []
        return goodbye + stopAll(because: .preempted) + finishIfSettled()
    }

    /// Ends a leaving worker that owes nothing.
    func finishIfSettled() -> [WorkerAction] {
        isLeaving && attempts.isEmpty && outbox.isEmpty ? [.finish(.left)] : []
    }

    var leaveDeadline: Instant? {
        guard isLeaving else { return nil }
        return movedAt + (link == .up ? policy.leavePatience : policy.leavePatienceUnconnected)
    }
}
