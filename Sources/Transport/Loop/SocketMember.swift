/// One endpoint's sockets and what is done with them. Made, used and ended on the socket thread only.
protocol SocketMember: AnyObject {
    /// When `turn` must be called even if no socket is ready.
    var nextDeadline: ContinuousClock.Instant? { get }
    /// Whether all its sockets are closed and gone.
    var isFinished: Bool { get }

    func addInterests(to poll: inout PollSet)

    /// Does what can be done without waiting, in this order: connection events, inbound, expiries, outbound. Inbound is
    /// bounded, so that a busy peer holds up neither the outbox nor the other members.
    func turn(at now: ContinuousClock.Instant)

    /// From now on sends only what is queued, at most until the deadline, and then closes.
    func stop(flushingUntil deadline: ContinuousClock.Instant)
}

/// Messages that a member reads in one turn.
let inboundLimitPerTurn = 256
