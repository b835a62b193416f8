import Experiment
import Foundation

// Rows of the tables, as far as somebody reads them one by one.

/// A row of the attempts: an execution of a task, with where and when it ran. Histories have what decides of it.
public struct StoredAttempt: Sendable, Equatable {
    public var attempt: Attempt
    public var worker: WorkerID
    public var facts: HostFacts
    public var started: Date
    public var end: StoredEnd?

    public init(attempt: Attempt, worker: WorkerID, facts: HostFacts, started: Date, end: StoredEnd? = nil) {
        self.attempt = attempt
        self.worker = worker
        self.facts = facts
        self.started = started
        self.end = end
    }
}

/// The end of an attempt, as stored. Instants are kept to the millisecond.
public struct StoredEnd: Sendable, Equatable {
    public var outcome: AttemptOutcome
    /// What a person can make use of: the trainer's error, the signal.
    public var reason: String?
    /// Measured by a monotonic clock; `nil` where nobody could, as after a restart of the coordinator.
    public var seconds: Double?
    public var at: Date

    public init(outcome: AttemptOutcome, reason: String? = nil, seconds: Double? = nil, at: Date) {
        self.outcome = outcome
        self.reason = reason
        self.seconds = seconds
        self.at = at
    }

    /// What the worker said of it, received at `at`.
    public init(_ end: AttemptEnd, at: Date) {
        let reason = end.reason.isEmpty ? nil : end.reason
        self.init(outcome: end.outcome, reason: reason, seconds: end.seconds, at: at)
    }
}

/// A row of the workers: a `JoinedWorker`, and when it said hello. The dates are the journal's own, since a core, which
/// decides that a worker joined, has no clock.
public struct SeenWorker: Sendable, Equatable {
    public var id: WorkerID
    public var facts: HostFacts
    public var slots: Int
    public var firstSeen: Date
    public var lastSeen: Date

    public init(id: WorkerID, facts: HostFacts, slots: Int, firstSeen: Date, lastSeen: Date) {
        self.id = id
        self.facts = facts
        self.slots = slots
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
    }
}

/// A second execution of a task that gave other bits: an alarm.
public struct Disagreement: Sendable, Equatable {
    public var task: TaskID
    public var committed: EpochRecord
    public var committedBy: Attempt
    public var delivered: EpochRecord
    public var deliveredBy: Attempt
    public var at: Date

    public init(
        task: TaskID, committed: EpochRecord, committedBy: Attempt, delivered: EpochRecord, deliveredBy: Attempt,
        at: Date
    ) {
        self.task = task
        self.committed = committed
        self.committedBy = committedBy
        self.delivered = delivered
        self.deliveredBy = deliveredBy
        self.at = at
    }
}

/// A stored record that another execution's took the place of.
public struct Replacement: Sendable, Equatable {
    public var task: TaskID
    public var epoch: Int
    /// Whose record stood there.
    public var replaced: Attempt
    /// Of the record that stood there. The record itself is among that attempt's disagreements.
    public var digest: RecordDigest
    public var by: Attempt
    public var at: Date
    public var reason: String

    public init(
        task: TaskID, epoch: Int, replaced: Attempt, digest: RecordDigest, by: Attempt, at: Date, reason: String
    ) {
        self.task = task
        self.epoch = epoch
        self.replaced = replaced
        self.digest = digest
        self.by = by
        self.at = at
        self.reason = reason
    }
}
