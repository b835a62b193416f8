import Experiment

/// A record whose place is taken: the bits of a second execution are compared with the stored ones.
public struct RecordComparison: Sendable, Equatable {
    public var attempt: AttemptKey
    public var record: EpochRecord

    public init(_ record: EpochRecord, of attempt: AttemptKey) {
        self.attempt = attempt
        self.record = record
    }
}
