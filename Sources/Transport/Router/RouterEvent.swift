import Experiment

/// One connection of one admitted worker, for as long as it lasts. A worker that connects again is another peer.
public struct PeerID: Sendable, Hashable, CustomStringConvertible {
    /// The name that the ROUTER gave the connection.
    let routingID: [UInt8]
    /// The key that the peer proved to hold.
    public let key: CurvePublicKey

    package init(routingID: [UInt8], key: CurvePublicKey) {
        self.routingID = routingID
        self.key = key
    }

    /// Whether libzmq made up the routing id, as it does for a peer that says none: five bytes, of which the first is
    /// 0.
    var hasGivenRoutingID: Bool { routingID.count == 5 && routingID[0] == 0 }

    public var description: String {
        hexText(routingID)
    }
}

/// What a coordinator hears from its router.
public enum RouterEvent: Sendable, Equatable {
    /// A message from a worker whose key was admitted, under the name `key`, when it was read.
    case message(peer: PeerID, key: KeyName, bytes: [UInt8])
    /// A message over the connection of an invite, which may say nothing but that a worker wants to be let in.
    case enrolment(EnrolmentCall)
    /// The key, which was admitted under this name, is not any more: its file is gone, holds another one, or it was
    /// revoked. Its connections are being ended, and no message of it follows.
    case keyEnded(CurvePublicKey, KeyName)
    /// A key has sent more than any worker does, or what none does, thousands of times. Its connections end after a
    /// second, in which it can be told why; for a minute it is not let in.
    case cutOff(peer: PeerID, key: KeyName, reason: String)
    /// A message that was to be sent to `peer` was not. Every other one was handed to the connection, which may still
    /// lose it: only the peer's answer says that it came.
    case undeliverable(peer: PeerID, Undeliverable)
    /// Somebody was kept out. Of a flood of refusals only some are reported.
    case handshakeRefused(HandshakeRefusal)
}

/// What somebody said over the connection of an invite.
public struct EnrolmentCall: Sendable, Equatable {
    public let peer: PeerID
    public let invite: KeyName
    /// The peer's; empty for `ipc`.
    public let address: String
    /// At most `TransportLimits.enrolmentByteCount`.
    public let bytes: [UInt8]

    package init(peer: PeerID, invite: KeyName, address: String, bytes: [UInt8]) {
        self.peer = peer
        self.invite = invite
        self.address = address
        self.bytes = bytes
    }
}

/// Why a message was not sent.
public enum Undeliverable: Sendable, Equatable {
    /// The connection is gone, or never was.
    case unknownPeer
    /// The key behind the connection is no longer admitted.
    case revoked
    /// The connection's queue is full: the peer does not read.
    case peerQueueFull
    /// The router's outbox is full.
    case outboxFull
    /// The message is over `TransportLimits.messageByteCount`.
    case tooLarge
    /// The router is not running.
    case stopped
}

/// Why somebody was kept out.
public struct HandshakeRefusal: Sendable, Equatable {
    public enum Reason: Sendable, Equatable {
        /// The key is none that was invited.
        case unknownKey(CurvePublicKey)
        /// The key was admitted, and was revoked.
        case revokedKey(CurvePublicKey)
        /// The key store could not be read, so nobody gets in.
        case keysUnavailable(TransportError)
        /// The peer spoke another protocol, or took this coordinator for one with another key.
        case violation
    }

    public let reason: Reason
    /// The peer's address, or this end's where the peer's is not known. Empty for `ipc`.
    public let address: String
    /// Refusals since the last report that were not reported.
    public let unreportedCount: Int
}

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
