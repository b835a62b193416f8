import Experiment
import Scheduling

/// Keeps records, and what was asked of it in which order; it can be made to fail.
struct PretendJournal {
    struct Fault: Error {}

    enum Call: Equatable {
        case commit([StoredFact])
        case read(RecordComparison)
    }

    private(set) var calls: [Call] = []
    private(set) var facts: [StoredFact] = []
    private var records: [TaskID: [Int: EpochRecord]] = [:]

    /// Carries a turn out, up to the commit of this number, which fails: 0 is the first one.
    mutating func carryOut(
        _ turn: Turn<PretendConnection>, failingAtCommit failingNumber: Int
    ) throws(Fault) -> Deliveries<PretendConnection> {
        var number = 0
        func commit(_ facts: [StoredFact]) throws(Fault) {
            defer { number += 1 }
            guard number < failingNumber else {
                calls.append(.commit(facts))
                throw Fault()
            }
            store(facts)
        }
        return try turn.stored(by: commit).compared { storedRecord($0) }.stored(by: commit)
    }

    mutating func carryOut(_ turn: Turn<PretendConnection>) -> Deliveries<PretendConnection> {
        turn.stored { store($0) }.compared { storedRecord($0) }.stored { store($0) }
    }

    mutating func forgetCalls() { calls = [] }

    private mutating func store(_ facts: [StoredFact]) {
        calls.append(.commit(facts))
        self.facts += facts
        for case .task(.recordCommitted(let key, let record)) in facts {
            records[key.task, default: [:]][record.epoch] = record
        }
    }

    private mutating func storedRecord(_ comparison: RecordComparison) -> EpochRecord? {
        calls.append(.read(comparison))
        return records[comparison.attempt.task]?[comparison.record.epoch]
    }
}
