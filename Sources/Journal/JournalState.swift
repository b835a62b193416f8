import Experiment
import Foundation
import Status

/// Everything that a restarted coordinator needs, as of one instant.
public struct JournalState: Sendable, Equatable {
    public var plan: StoredPlan
    /// One for each task of the plan, in its order.
    public var histories: [TaskHistory]
    /// Sorted by name.
    public var workers: [SeenWorker]
    /// Whose each name is. Of names that only older versions heard nothing is known.
    public var keys: [WorkerID: KeyDigest]
    public var settings: [Setting: String]
    /// Second executions whose record differed from the committed one.
    public var disagreementCount: Int
}

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

/// A row of the workers: a `JoinedWorker`, with when it said hello.
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
