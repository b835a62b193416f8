/// Lets a burst of reports through and then one a second, so that nobody outside can flood the log or the mailbox.
package struct ReportLimiter {
    private static let burst = 10
    private static let interval = Duration.seconds(1)

    package init() {}

    private var credit = Self.burst
    private var creditedAt: ContinuousClock.Instant?
    private var suppressedCount = 0

    /// The number of reports withheld before this one, or `nil` if this one is to be withheld, too.
    package mutating func admit(at now: ContinuousClock.Instant) -> Int? {
        let since = creditedAt ?? now
        let earned = Int((now - since) / Self.interval)
        credit = min(Self.burst, credit + earned)
        creditedAt = since + Self.interval * earned
        guard credit > 0 else {
            suppressedCount += 1
            return nil
        }
        credit -= 1
        defer { suppressedCount = 0 }
        return suppressedCount
    }
}
