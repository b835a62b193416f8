/// When a file may be written again while its content keeps changing.
///
/// A file waits for at least `shortestPause`, and for 20 times as long as writing it took: so it never takes more than
/// about a twentieth of the time, however large it grows, and small ones stay current to the second. The other way, to
/// keep the rendered rows and patch them, saves less than it seems, since the whole file has to be written and flushed
/// in any case, and its cache would have to be right.
package struct RewritePace: Sendable {
    package static let shortestPause = Duration.seconds(1)
    package static let pauseFactor = 20

    /// `nil` before the first write.
    private var nextWrite: ContinuousClock.Instant?

    package init() {}

    /// The earliest instant of the next write that is not before `now`.
    package func due(at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        max(nextWrite ?? now, now)
    }

    package mutating func wrote(until end: ContinuousClock.Instant, for cost: Duration) {
        nextWrite = end + max(Self.shortestPause, cost * Self.pauseFactor)
    }
}
