import Experiment

/// Finished tasks that wait for an execution under another key than those that had a hand in them.
///
/// Tasks that bar the same keys have a queue of their own. A fleet has few such sets of keys, however many tasks wait.
package struct WitnessQueue: Sendable {
    private var groups: [Set<WorkerIdentity>: OrdinalSet] = [:]
    private var barred: [Int: Set<WorkerIdentity>] = [:]

    package init() {}

    package var isEmpty: Bool { barred.isEmpty }
    package var count: Int { barred.count }

    package func contains(_ ordinal: Int) -> Bool { barred[ordinal] != nil }

    /// The keys that are not given the task; `nil` for a task that does not wait.
    package func keysBarred(from ordinal: Int) -> Set<WorkerIdentity>? { barred[ordinal] }

    /// Enters a task, or changes the barred keys of one that waits.
    package mutating func insert(_ ordinal: Int, barring keys: Set<WorkerIdentity>) {
        remove(ordinal)
        barred[ordinal] = keys
        groups[keys, default: OrdinalSet()].insert(ordinal)
    }

    package mutating func remove(_ ordinal: Int) {
        guard let keys = barred.removeValue(forKey: ordinal) else { return }
        groups[keys]!.remove(ordinal)
        if groups[keys]!.isEmpty { groups[keys] = nil }
    }

    /// Each set of barred keys with the first task that has it, in the order of these.
    package var heads: [(ordinal: Int, barred: Set<WorkerIdentity>)] {
        groups.map { ($0.value.first()!, $0.key) }.sorted { $0.0 < $1.0 }
    }

    /// The first task that bars just these keys.
    package func first(barring keys: Set<WorkerIdentity>) -> Int? { groups[keys]?.first() }

    /// All that wait, in the order of the plan.
    package var all: [Int] { barred.keys.sorted() }
}
