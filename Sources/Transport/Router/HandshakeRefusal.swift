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
