/// How often somebody may still have something done: so many times at once, and after that once for each interval.
package struct Allowance: Sendable {
    private let burst: Int
    private let interval: Duration
    private var count: Int
    /// When the count was as it is; `nil` before the first time.
    private var since: Instant?

    package init(burst: Int, interval: Duration) {
        self.burst = burst
        self.interval = interval
        count = burst
    }

    /// `false`, and nothing is taken, where nothing is left.
    package mutating func take(at now: Instant) -> Bool {
        let last = since ?? now
        let earned = max(0, Int((now - last) / interval))
        count = min(burst, count + earned)
        since = last + interval * earned
        guard count > 0 else { return false }
        count -= 1
        return true
    }
}
