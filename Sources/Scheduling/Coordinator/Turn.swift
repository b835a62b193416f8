import Experiment

/// The consequences of all that arrived at a coordinator at one time, in three stages: facts are stored, records are
/// compared with stored ones, and only then does anything leave.
///
///     let deliveries = try turn.stored(by: commit).compared(with: storedRecord).stored(by: commit)
///
/// Each stage hands out what it has to the one who does it, and gives the next stage only when that has not thrown. So
/// nothing can leave before the journal's answer is known. A stage that throws has changed nothing and can be tried
/// again; a turn that is given up has not happened, as far as anybody outside can tell.
public struct Turn<Connection: WorkerConnection>: Sendable {
    private let facts: [StoredFact]
    private let next: StoredTurn<Connection>

    init(facts: [StoredFact], comparisons: [RecordComparison], deliveries: Deliveries<Connection>) {
        self.facts = facts
        next = StoredTurn(comparisons: comparisons, deliveries: deliveries)
    }

    /// The first stage.
    ///
    /// - Parameter commit: stores all facts in one transaction, or none; they may be none.
    /// - Throws: what `commit` throws.
    public func stored<Failure: Error>(
        by commit: ([StoredFact]) throws(Failure) -> Void
    ) throws(Failure) -> StoredTurn<Connection> {
        try commit(facts)
        return next
    }
}
