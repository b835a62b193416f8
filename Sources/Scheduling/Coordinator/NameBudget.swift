import Experiment

/// How many new names the workers of a key may still take.
///
/// A worker takes one at each start, so that a key has many in time; somebody who takes thousands wants the memory, the
/// journal and the terminal. A key may take `burst` at once, and after that one for each `interval`.
package struct NameBudget: Sendable {
    package static let burst = 64
    package static let interval = Duration.seconds(1)

    private var allowances: [WorkerKey: Allowance] = [:]

    package init() {}

    /// `false`, and nothing is taken, where the key has none left.
    package mutating func take(by key: WorkerKey, at now: Instant) -> Bool {
        allowances[key, default: Allowance(burst: Self.burst, interval: Self.interval)].take(at: now)
    }
}
