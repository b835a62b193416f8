import Scheduling

/// When a sweep that stops says which states it waits for: at first after a second, which is enough on most links, and
/// then every few.
package struct AwaitedStates {
    private var saidAt: Instant?

    package init() {}

    /// - Parameter stopRequestedAt: `nil` while nobody has asked for the end.
    package mutating func isDue(count: Int, stopRequestedAt: Instant?, at now: Instant) -> Bool {
        guard let stopRequestedAt, count > 0 else { return false }
        guard now >= saidAt.map({ $0 + .seconds(3) }) ?? stopRequestedAt + .seconds(1) else { return false }
        saidAt = now
        return true
    }
}
