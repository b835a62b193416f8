/// An allowance that is used up and comes back with time.
package struct RateBudget {
    private let burst: Int
    private let perSecond: Int
    private var credit: Int
    private var creditedAt: ContinuousClock.Instant?

    /// - Parameter perSecond: a multiple of 1000, since it comes back in milliseconds.
    package init(burst: Int, perSecond: Int) {
        precondition(perSecond > 0 && perSecond.isMultiple(of: 1000), "\(perSecond) a second is no multiple of 1000")
        self.burst = burst
        self.perSecond = perSecond
        credit = burst
    }

    /// `false`, and nothing is taken, where less is left.
    package mutating func take(_ amount: Int, at now: ContinuousClock.Instant) -> Bool {
        let since = creditedAt ?? now
        // More than an hour fills any.
        let milliseconds = Int(min(max(now - since, .zero), .seconds(3600)) / .milliseconds(1))
        credit = min(burst, credit + milliseconds * (perSecond / 1000))
        creditedAt = milliseconds == 3_600_000 ? now : since + .milliseconds(milliseconds)
        guard credit >= amount else { return false }
        credit -= amount
        return true
    }
}

/// How much a key may send, and when it is cut off for sending more.
///
/// What is over the budget is dropped: a worker that waits for an answer sends it again, two seconds later. The budget
/// is above what any worker has to say: a worker of the most slots, 4096, may end an epoch in each of them every
/// second, and has told of 20,000 epochs within a moment after a long time without a coordinator. Who is over it
/// thousands of times in a minute is broken or means harm.
package struct PeerBudget {
    package static let messages = (burst: 20_000, perSecond: 4_000)
    package static let bytes = (burst: 256 << 20, perSecond: 128_000_000)
    /// Connections that it may make: a key of an early version may be that of a whole fleet.
    package static let handshakes = (burst: 1_024, interval: Duration.seconds(1))
    package static let breachLimit = 4_096
    package static let breachPeriod = Duration.seconds(60)
    /// For so long a key that was cut off is not let in.
    package static let banTime = Duration.seconds(60)

    package enum Verdict: Sendable, Equatable {
        case admitted
        case dropped
        /// Once the one too many, with a reason for people; then it is dropped.
        case banned(String)
    }

    private var messages = RateBudget(burst: Self.messages.burst, perSecond: Self.messages.perSecond)
    private var bytes = RateBudget(burst: Self.bytes.burst, perSecond: Self.bytes.perSecond)
    private var handshakes = ReportLimiter(burst: Self.handshakes.burst, interval: Self.handshakes.interval)
    private var breachCount = 0
    private var breachesSince: ContinuousClock.Instant?
    private var bannedUntil: ContinuousClock.Instant?

    package init() {}

    /// A message came.
    package mutating func admit(byteCount: Int, at now: ContinuousClock.Instant) -> Verdict {
        guard !isBanned(at: now) else { return .dropped }
        guard messages.take(1, at: now) else {
            return recordBreach("more than \(Self.messages.perSecond) messages a second", at: now)
        }
        guard bytes.take(byteCount, at: now) else {
            return recordBreach("more than \(Self.bytes.perSecond / 1_000_000) MB a second", at: now)
        }
        return .admitted
    }

    /// Something came that no worker sends.
    package mutating func recordBreach(_ reason: String, at now: ContinuousClock.Instant) -> Verdict {
        guard !isBanned(at: now) else { return .dropped }
        if breachesSince.map({ now - $0 >= Self.breachPeriod }) ?? true {
            breachCount = 0
            breachesSince = now
        }
        breachCount += 1
        guard breachCount >= Self.breachLimit else { return .dropped }
        breachCount = 0
        bannedUntil = now + Self.banTime
        return .banned(reason)
    }

    /// `false` where the key has made too many connections of late, or was cut off.
    package mutating func admitHandshake(at now: ContinuousClock.Instant) -> Bool {
        !isBanned(at: now) && handshakes.admit(at: now) != nil
    }

    package func isBanned(at now: ContinuousClock.Instant) -> Bool { bannedUntil.map { now < $0 } ?? false }
}
