import Experiment

/// A record whose place is taken: the bits of a second execution are compared with the stored ones.
public struct RecordComparison: Sendable, Equatable {
    public var attempt: AttemptKey
    public var record: EpochRecord
    /// The stored record is of another attempt, so it is stored also where this one is the same.
    public var isAnothers: Bool

    public init(_ record: EpochRecord, of attempt: AttemptKey, isAnothers: Bool = false) {
        self.attempt = attempt
        self.record = record
        self.isAnothers = isAnothers
    }
}

/// What came of a comparison, when it is stored.
public struct ComparedRecord: Sendable, Equatable {
    public var attempt: AttemptKey
    public var epoch: Int
    /// Of what came; `nil` where it was the same as the stored record.
    public var difference: RecordDigest?
    /// What came does not tell which images are right, and the stored record does.
    public var isSilent: Bool

    public init(attempt: AttemptKey, epoch: Int, difference: RecordDigest? = nil, isSilent: Bool = false) {
        self.attempt = attempt
        self.epoch = epoch
        self.difference = difference
        self.isSilent = isSilent
    }
}
