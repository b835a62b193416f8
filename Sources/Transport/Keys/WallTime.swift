import Glibc

/// A time by the wall clock of a host: for what outlives a process and is shown to people, such as when an invite
/// expires. Whoever steps the clock moves it.
public struct WallTime: Sendable, Hashable, Comparable {
    /// Since 1970.
    public var milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static var now: Self {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Self(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// In UTC, to the second: `2026-11-27T12:03:07Z`.
    package var text: String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        // Fails for years that 64 bits of milliseconds do not reach.
        guard gmtime_r(&seconds, &parts) != nil else { preconditionFailure("no year has \(milliseconds)") }
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    public static func + (time: Self, duration: Duration) -> Self {
        let (seconds, attoseconds) = duration.components
        return Self(milliseconds: time.milliseconds + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}
