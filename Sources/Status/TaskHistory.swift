import Experiment

/// The history of a task so far: a journal reads it, a board goes on from it, and whoever shows the sweep without a
/// board concludes from it where the task stands.
///
/// It holds what decides, and no times and hosts: those are rows of the journal's attempts.
public struct TaskHistory: Sendable, Equatable {
    /// An execution of the task.
    public struct Execution: Sendable, Equatable {
        public var worker: WorkerID
        /// The key of its worker; `nil` where an older version stored the attempt.
        public var key: WorkerKey?
        /// `nil` where the execution was not seen to end.
        public var outcome: AttemptOutcome?
        /// Known to have begun when every record was stored, which has been another one's since.
        public var isAudit = false
        /// The epochs whose record came out other than the stored one, and the digest of what came.
        public var differing: [Int: RecordDigest] = [:]
        /// Of a second execution, the epochs whose record was the same.
        public var confirmed: Set<Int> = []
        /// The checkpoint from which it went on; `nil` where it began at the first epoch.
        public var origin: CheckpointOrigin?
        /// A trainer died right after it had taken over a checkpoint of this execution.
        public var hasBlamedCheckpoint = false
        /// It ended by the fault of somebody else's checkpoint: that counts against neither its worker nor its task.
        public var isExcused = false

        public init(worker: WorkerID, key: WorkerKey? = nil, outcome: AttemptOutcome? = nil) {
            self.worker = worker
            self.key = key
            self.outcome = outcome
        }
    }

    /// The epochs with a stored record, ascending.
    public var epochs: [Int]
    /// Attempt 1, 2, …
    public var attempts: [Execution]
    /// Why no further attempt is made; `nil` unless somebody or something gave the task up.
    public var failure: TaskFailure?
    /// The number of the last attempt that brought a new record; 0 where none did.
    public var lastProgress: Int
    /// Which attempt the record of each of `epochs` is of, in their order; empty where nobody says so.
    public var authors: [Attempt] = []
    /// The newest checkpoint that was stored, and whose it is.
    public var checkpoint: KeptCheckpoint?

    public init(epochs: [Int] = [], attempts: [Execution] = [], failure: TaskFailure? = nil, lastProgress: Int = 0) {
        self.epochs = epochs
        self.attempts = attempts
        self.failure = failure
        self.lastProgress = lastProgress
    }
}

/// A checkpoint that was stored, and the attempt that handed it over.
public struct KeptCheckpoint: Sendable, Hashable {
    public var epoch: Int
    public var digest: ContentDigest
    public var author: Attempt

    public init(epoch: Int, digest: ContentDigest, author: Attempt) {
        self.epoch = epoch
        self.digest = digest
        self.author = author
    }

    public func isOf(_ label: CheckpointLabel) -> Bool { label.epoch == epoch && label.digest == digest }
}

/// Where an attempt went on: after which epoch, and whose the state was.
public struct CheckpointOrigin: Sendable, Hashable {
    public var epoch: Int
    /// `nil` where an older version stored the checkpoint, or the coordinator was killed right behind it.
    public var author: Attempt?

    public init(epoch: Int, author: Attempt?) {
        self.epoch = epoch
        self.author = author
    }
}

extension TaskHistory {
    /// The last attempt that was not seen to end; `nil` where each one was. Also a finished task may have one: an
    /// audit, or an attempt whose worker is still to say how it ended.
    public var openAttempt: Attempt? {
        attempts.lastIndex { $0.outcome == nil }.map { Attempt(rawValue: $0 + 1) }
    }

    /// Whether an attempt of a finished task trains it again: it began when every record was stored. The attempt that
    /// brought the last record is none of these, also while its worker is still to say how it ended. An attempt that
    /// another one overtook is taken for one, too; it had ended when the task was done.
    ///
    /// The one place that concludes it from what is stored: for the board that goes on from it, and for everybody who
    /// shows or counts audits.
    public func isAudit(_ attempt: Attempt) -> Bool {
        attempts[attempt.rawValue - 1].isAudit || attempt.rawValue > lastProgress
    }

    /// The attempt that trains a finished task again now; `nil` where none does.
    public var openAudit: Attempt? { openAttempt.flatMap { isAudit($0) ? $0 : nil } }

    /// Whether an audit of a finished task came to its end.
    public var isAudited: Bool {
        attempts.indices.contains { attempts[$0].outcome == .completed && isAudit(Attempt(rawValue: $0 + 1)) }
    }

    /// Where the task stands. The one place that concludes it from what is stored.
    ///
    /// - Parameter task: whose history this is.
    public func phase(of task: SweepTask) -> TaskPhase {
        // A task whose records are stored is done, whatever was said of it before the last record came.
        if epochs.count == task.parameters.epochs { return .done }
        if let failure { return .failed(failure) }
        return openAttempt.map { .running($0) } ?? .waiting
    }

    /// Where the task stands, and how far it came.
    public func status(of task: SweepTask) -> TaskStatus {
        TaskStatus(
            phase: phase(of: task), epochs: epochs.count, attempts: attempts.count, worker: attempts.last?.worker)
    }
}
