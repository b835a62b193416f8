/// What a router counted since its start.
public struct RouterCounters: Sendable, Equatable {
    public var received: Int
    public var sent: Int
    /// Messages dropped because they had another shape than one frame, or too many bytes.
    public var malformed: Int
    /// Messages dropped because their sender's key is not admitted any more, or was cut off.
    public var revoked: Int
    /// Messages over invites' connections that were handed on.
    public var enrolments: Int
    /// Those that were dropped, being too large or too many.
    public var enrolmentsDropped: Int
    /// Messages dropped because their key had sent too many or too much.
    public var overBudget: Int
    public var undeliverable: Int
    /// Connections that were cut off because they held too much memory.
    public var overfull: Int
    public var handshakesRefused: Int

    public init(
        received: Int = 0, sent: Int = 0, malformed: Int = 0, revoked: Int = 0, enrolments: Int = 0,
        enrolmentsDropped: Int = 0, overBudget: Int = 0, undeliverable: Int = 0, overfull: Int = 0,
        handshakesRefused: Int = 0
    ) {
        self.received = received
        self.sent = sent
        self.malformed = malformed
        self.revoked = revoked
        self.enrolments = enrolments
        self.enrolmentsDropped = enrolmentsDropped
        self.overBudget = overBudget
        self.undeliverable = undeliverable
        self.overfull = overfull
        self.handshakesRefused = handshakesRefused
    }
}
