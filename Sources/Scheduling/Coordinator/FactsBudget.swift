import Experiment

/// How often the workers of a key may still change what they say of their hosts.
///
/// A host changes seldom: its quota of processors, its memory. Each change is a write to the journal, a line of the
/// log and one of the terminal, and a worker that says another thing in each hello wants those. A key may change what
/// it says `burst` times at once, and after that once for each `interval`. What goes beyond is neither stored nor told,
/// and the worker is served all the same.
package struct FactsBudget: Sendable {
    package static let burst = 16
    package static let interval = Duration.seconds(10)

    private var allowances: [WorkerKey: Allowance] = [:]

    package init() {}

    /// `false`, and nothing is taken, where the key has none left.
    package mutating func take(by key: WorkerKey, at now: Instant) -> Bool {
        allowances[key, default: Allowance(burst: Self.burst, interval: Self.interval)].take(at: now)
    }
}
