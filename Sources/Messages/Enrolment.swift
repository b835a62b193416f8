/// What a worker says over a connection that it made with an invite's key, and nothing else: let me in under a key of
/// my own.
public struct EnrolmentRequest: Sendable, Equatable {
    /// The public half of the pair that the worker made, as text.
    public var publicKey: String

    public init(publicKey: String) {
        self.publicKey = publicKey
    }
}

/// What the coordinator answers to an `EnrolmentRequest`. Times are milliseconds since 1970, by its clock.
///
/// An invite decides all but the last two cases and `ownKey`, which no invite has to do with.
public enum EnrolmentAnswer: Sendable, Equatable {
    /// The key that was named is admitted, under this label: connect again with it.
    case enrolled(label: String)
    /// The owner of the coordinator must approve this label first: ask again in a while.
    case waiting(label: String)
    case expired(atMilliseconds: Int64, nowMilliseconds: Int64)
    /// All uses are taken, the first one by the worker of this label.
    case used(label: String, atMilliseconds: Int64)
    /// The invite was revoked, or the key that was named.
    case revoked
    /// Too many hosts wait for approval.
    case crowded
    /// The key of the connection is a worker's own, as tokens of earlier versions have them: speak over it.
    case ownKey
    /// The coordinator cannot tell or store it now: ask again in a while.
    case unavailable(reason: String)
    /// This worker cannot take part, and why: another version of the program, say.
    case refused(reason: String)
}
