import Experiment

/// A turn whose facts are on the disk. A record that was stored in this very turn is there to be compared with.
public struct StoredTurn<Connection: WorkerConnection>: Sendable {
    private let comparisons: [RecordComparison]
    private let deliveries: Deliveries<Connection>

    init(comparisons: [RecordComparison], deliveries: Deliveries<Connection>) {
        self.comparisons = comparisons
        self.deliveries = deliveries
    }

    /// The second stage.
    ///
    /// - Parameter storedRecord: reads the record that is stored in the place of a comparison.
    /// - Throws: what `storedRecord` throws.
    public func compared<Failure: Error>(
        with storedRecord: (RecordComparison) throws(Failure) -> EpochRecord?
    ) throws(Failure) -> ComparedTurn<Connection> {
        var differences: [RecordComparison] = []
        var confirmations: [RecordComparison] = []
        for comparison in comparisons {
            if try storedRecord(comparison).map(comparison.record.agrees) != true {
                differences.append(comparison)
            } else if comparison.isAudit {
                confirmations.append(comparison)
            }
        }
        return ComparedTurn(differences: differences, confirmations: confirmations, deliveries: deliveries)
    }
}
