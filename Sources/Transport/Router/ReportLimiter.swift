/// Lets a burst through and then one at a time, in an interval: so that nobody outside can flood the log, the mailbox
/// or the disk.
package struct ReportLimiter {
    private let burst: Int
    private let interval: Duration

    private var credit: Int
    private var creditedAt: ContinuousClock.Instant?
    private var suppressedCount = 0

    /// Reports: ten, and then one a second.
    package init(burst: Int = 10, interval: Duration = .seconds(1)) {
        self.burst = burst
        self.interval = interval
        credit = burst
    }

    /// The number of reports withheld before this one, or `nil` if this one is to be withheld, too.
    package mutating func admit(at now: ContinuousClock.Instant) -> Int? {
        let since = creditedAt ?? now
        let earned = Int((now - since) / interval)
        credit = min(burst, credit + earned)
        creditedAt = since + interval * earned
        guard credit > 0 else {
            suppressedCount += 1
            return nil
        }
        credit -= 1
        defer { suppressedCount = 0 }
        return suppressedCount
    }
}
