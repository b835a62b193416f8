/// A point on a monotonic clock whose origin only the caller knows. The cores compare instants and never ask for one.
public struct Instant: Sendable, Hashable, Comparable {
    public var sinceOrigin: Duration

    public init(sinceOrigin: Duration) {
        self.sinceOrigin = sinceOrigin
    }

    public static func + (instant: Self, duration: Duration) -> Self {
        Self(sinceOrigin: instant.sinceOrigin + duration)
    }

    public static func - (left: Self, right: Self) -> Duration { left.sinceOrigin - right.sinceOrigin }

    public static func < (left: Self, right: Self) -> Bool { left.sinceOrigin < right.sinceOrigin }
}
