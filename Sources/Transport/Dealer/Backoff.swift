/// The pause before the next attempt: from 200 ms, doubling, to 10 s. A random part of up to a quarter comes off, so
/// that the workers of a fleet do not come back all at once.
package struct Backoff {
    package static let first = Duration.milliseconds(200)
    package static let longest = Duration.seconds(10)

    private var next = Self.first

    package init() {}

    package mutating func reset() { next = Self.first }

    /// - Parameter fraction: 0 to 1, drawn at random.
    package mutating func pause(fraction: Double) -> Duration {
        defer { next = min(next * 2, Self.longest) }
        return next - next * (0.25 * fraction)
    }
}
