import Experiment
import Foundation

/// One row of `attempts.csv`.
public struct AttemptRow: Sendable, Equatable {
    public var key: AttemptKey
    public var worker: WorkerID
    public var host: String
    public var kernels: String
    public var started: Date
    /// `nil` while it runs, as is `outcome`.
    public var ended: Date?
    /// By a monotonic clock; `nil` where nobody measured it.
    public var seconds: Double?
    public var outcome: AttemptOutcome?
    public var reason: String?
    /// The version and build of the program that the worker ran.
    public var build: String

    public init(
        key: AttemptKey, worker: WorkerID, host: String, kernels: String, started: Date, ended: Date? = nil,
        seconds: Double? = nil, outcome: AttemptOutcome? = nil, reason: String? = nil, build: String
    ) {
        self.key = key
        self.worker = worker
        self.host = host
        self.kernels = kernels
        self.started = started
        self.ended = ended
        self.seconds = seconds
        self.outcome = outcome
        self.reason = reason
        self.build = build
    }
}
