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
