import Experiment
import Foundation
import Status

/// One fact to be stored. Several make a transaction: `Journal.commit`.
public enum JournalChange: Sendable, Equatable {
    /// A worker was given a task. Stored before the assignment is sent, so a restarted coordinator knows of it.
    case attemptStarted(AttemptKey, worker: WorkerID, facts: HostFacts, at: Date)
    /// An attempt that had ended, its worker being lost, goes on after all.
    case attemptReopened(AttemptKey)
    /// The first record of a (task, epoch). Stored before it is acknowledged.
    case recordCommitted(EpochRecord, by: AttemptKey)
    /// Ends an open attempt.
    case attemptEnded(AttemptKey, StoredEnd)
    /// A second execution delivered other bits than the committed ones. The same one again changes nothing.
    case recordDiffered(EpochRecord, by: AttemptKey, at: Date)
    /// No further attempt will be made.
    case taskFailed(TaskID, TaskFailure)
    /// A failed task may be tried again.
    case taskReopened(TaskID)
    /// A name belongs to this key from now on. It cannot be another one's.
    case nameBound(WorkerID, to: KeyDigest, at: Date)
    /// A worker said hello.
    case workerSeen(WorkerID, facts: HostFacts, slots: Int, at: Date)
    /// `nil` removes the setting.
    case settingChanged(Setting, to: String?)
}

/// The end of an attempt, as stored. Instants are kept to the millisecond.
public struct StoredEnd: Sendable, Equatable {
    public var outcome: AttemptOutcome
    /// For people: the trainer's error, the signal.
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

/// A word that the coordinator leaves for other commands in the same directory.
public struct Setting: Sendable, Hashable, RawRepresentable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Where the running coordinator takes workers of other hosts.
    public static let endpoint = Setting(rawValue: "endpoint")
    /// The running coordinator's process id.
    public static let processID = Setting(rawValue: "pid")
    /// `true` while nothing is dispatched.
    public static let paused = Setting(rawValue: "paused")
}
