/// What a worker hears from its dealer.
public enum DealerEvent: Sendable, Equatable {
    /// The coordinator holds the token's key, admits this worker's, and can be sent to. Also after each reconnection.
    case connected
    /// The connection ended. Messages that were not answered may be lost; the dealer tries to connect again by itself.
    case disconnected
    /// The other end does not let this worker in, or is not its coordinator. Comes at each attempt; the dealer tries
    /// again after a pause that grows to ten seconds, until it is stopped: whether to give up is the caller's decision.
    case refused(RefusalReason)
    /// There is no connection for some seconds now, for this reason. Comes again at a slowing pace, a minute at last.
    case unreachable(ConnectionTrouble)
    /// One message. A last one of a connection can come after its `disconnected`.
    case message([UInt8])
}

/// Why there is no connection, although somebody answers at the endpoint.
public enum RefusalReason: Sendable, Equatable {
    /// The coordinator does not admit this worker's key: it does not know it, or not any more.
    case notAdmitted
    /// The coordinator admitted this worker's key once, and its owner revoked it.
    case revoked
    /// The other end holds another key than the token says, or does not speak this protocol.
    case wrongPeer
}

/// What became of a message for the coordinator.
public enum SendOutcome: Sendable, Equatable {
    /// It will be sent, unless the connection ends before.
    case queued
    /// There is no connection. Send again after the next `connected`.
    case notConnected
    /// Too many messages wait already. Send again later.
    case full
    /// The message is over `TransportLimits.messageByteCount`.
    case tooLarge
}
