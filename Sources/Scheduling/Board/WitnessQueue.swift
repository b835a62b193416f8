import Experiment

/// Finished tasks that wait for an execution under another key than those that had a hand in them.
///
/// Tasks that are kept from the same keys have a queue of their own. A fleet has few such sets of keys, however many
/// tasks wait.
package struct WitnessQueue: Sendable {
    /// Whom a task is kept from.
    package struct Bar: Sendable, Hashable {
        /// Had a hand in the task, and are asked where nobody else can be.
        package let concerned: Set<WorkerIdentity>
        /// Have said what they can say.
        package let spoken: Set<WorkerIdentity>

        package init(concerned: Set<WorkerIdentity>, spoken: Set<WorkerIdentity>) {
            self.concerned = concerned
            self.spoken = spoken
        }
    }

    private var groups: [Bar: OrdinalSet] = [:]
    private var bars: [Int: Bar] = [:]

    package init() {}

    package var isEmpty: Bool { bars.isEmpty }
    package var count: Int { bars.count }

    package func contains(_ ordinal: Int) -> Bool { bars[ordinal] != nil }

    /// `nil` for a task that does not wait.
    package func bar(of ordinal: Int) -> Bar? { bars[ordinal] }

    /// Enters a task, or changes whom one that waits is kept from.
    package mutating func insert(_ ordinal: Int, _ bar: Bar) {
        remove(ordinal)
        bars[ordinal] = bar
        groups[bar, default: OrdinalSet()].insert(ordinal)
    }

    package mutating func remove(_ ordinal: Int) {
        guard let bar = bars.removeValue(forKey: ordinal) else { return }
        groups[bar]!.remove(ordinal)
        if groups[bar]!.isEmpty { groups[bar] = nil }
    }

    /// Each bar with the first task that has it, in the order of these.
    package var heads: [(ordinal: Int, bar: Bar)] {
        groups.map { ($0.value.first()!, $0.key) }.sorted { $0.0 < $1.0 }
    }

    /// The first task that has just this bar.
    package func first(_ bar: Bar) -> Int? { groups[bar]?.first() }

    /// All that wait, in the order of the plan.
    package var all: [Int] { bars.keys.sorted() }
}
