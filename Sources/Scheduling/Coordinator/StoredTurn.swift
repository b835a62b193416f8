import Experiment

/// A turn whose facts are on the disk. A record that was stored in this very turn is there to be compared with.
public struct StoredTurn<Connection: WorkerConnection>: Sendable {
    private let comparisons: [RecordComparison]
    private let deliveries: Deliveries<Connection>

    init(comparisons: [RecordComparison], deliveries: Deliveries<Connection>) {
        self.comparisons = comparisons
        self.deliveries = deliveries
    }

    /// The second stage. A record that agrees with another attempt's, and does not tell which images are right where
    /// the stored one does, as that of an earlier version's worker, is no difference and confirms nothing.
    ///
    /// - Parameter storedRecord: reads the record that is stored in the place of a comparison.
    /// - Throws: what `storedRecord` throws.
    public func compared<Failure: Error>(
        with storedRecord: (RecordComparison) throws(Failure) -> EpochRecord?
    ) throws(Failure) -> ComparedTurn<Connection> {
        var differences: [RecordComparison] = []
        var confirmations: [RecordComparison] = []
        var silences: [RecordComparison] = []
        for comparison in comparisons {
            guard let stored = try storedRecord(comparison), comparison.record.agrees(with: stored) else {
                differences.append(comparison)
                continue
            }
            guard comparison.isAnothers else { continue }
            if comparison.record.confirms(stored) {
                confirmations.append(comparison)
            } else {
                silences.append(comparison)
            }
        }
        return ComparedTurn(
            differences: differences, confirmations: confirmations, silences: silences, deliveries: deliveries)
    }
}
