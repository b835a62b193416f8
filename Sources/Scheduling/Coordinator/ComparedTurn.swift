import Experiment

/// A turn whose facts are on the disk and whose comparisons are made. What differed is stored, too, before the one who
/// sent it is answered and forgets it, as is what confirms another attempt's record.
public struct ComparedTurn<Connection: WorkerConnection>: Sendable {
    private let differences: [RecordComparison]
    private let confirmations: [RecordComparison]
    /// Those that agreed, and told less than what is stored.
    private let silences: [RecordComparison]
    private let deliveries: Deliveries<Connection>

    init(
        differences: [RecordComparison], confirmations: [RecordComparison], silences: [RecordComparison],
        deliveries: Deliveries<Connection>
    ) {
        self.differences = differences
        self.confirmations = confirmations
        self.silences = silences
        self.deliveries = deliveries
    }

    /// The last stage before anything leaves.
    ///
    /// - Parameter commit: as for `Turn.stored`.
    /// - Throws: what `commit` throws.
    public func stored<Failure: Error>(
        by commit: ([StoredFact]) throws(Failure) -> Void
    ) throws(Failure) -> Deliveries<Connection> {
        try commit(differences.map { .recordDiffered($0) } + confirmations.map { .recordConfirmed($0) })
        var deliveries = deliveries
        deliveries.differences = differences
        deliveries.compared =
            differences.map {
                ComparedRecord(attempt: $0.attempt, epoch: $0.record.epoch, difference: $0.record.digest)
            }
            + confirmations.map { ComparedRecord(attempt: $0.attempt, epoch: $0.record.epoch) }
            + silences.map { ComparedRecord(attempt: $0.attempt, epoch: $0.record.epoch, isSilent: true) }
        return deliveries
    }
}
