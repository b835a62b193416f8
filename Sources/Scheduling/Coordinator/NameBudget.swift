import Experiment

/// How many new names the workers of a key may still take.
///
/// A worker takes one at each start, so that a key has many in time; somebody who takes thousands wants the memory, the
/// journal and the terminal. A key may take `burst` at once, and after that one for each `interval`.
package struct NameBudget: Sendable {
    package static let burst = 64
    package static let interval = Duration.seconds(1)

    private struct Account: Sendable {
        var count: Int
        /// When the count was as it is.
        var since: Instant
    }

    private var accounts: [WorkerKey: Account] = [:]

    package init() {}

    /// `false`, and nothing is taken, where the key has none left.
    package mutating func take(by key: WorkerKey, at now: Instant) -> Bool {
        var account = accounts[key] ?? Account(count: Self.burst, since: now)
        let earned = Int((now - account.since) / Self.interval)
        if earned > 0 {
            account.count = min(Self.burst, account.count + earned)
            account.since = account.since + Self.interval * earned
        }
        defer { accounts[key] = account }
        guard account.count > 0 else { return false }
        account.count -= 1
        return true
    }
}
