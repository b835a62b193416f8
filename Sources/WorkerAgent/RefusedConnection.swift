import Transport

/// What a worker makes of a connection that was refused.
package enum RefusedConnection: Equatable {
    /// The worker tries on, and says why it has no connection.
    case triesOn(why: String)
    /// The worker ends: its token is worth nothing.
    case givesUp(WorkerError)

    /// - Parameters:
    ///   - endpoint: of the worker's token.
    ///   - hasJoined: whether the coordinator of the token let this worker in before.
    ///   - isOrphaned: whether the coordinator that started this worker is gone.
    package init(_ reason: RefusalReason, at endpoint: Endpoint, hasJoined: Bool, isOrphaned: Bool) {
        switch reason {
        // Its coordinator's word would be final; another one's is not, and the next may be right.
        case _ where isOrphaned: self = .triesOn(why: "refused by a coordinator: \(reason)")
        case .notAdmitted:
            let message = "the coordinator at \(endpoint) does not admit this token; ask for a new one: sweep invite"
            self = .givesUp(WorkerError(.tokenRefused, message))
        case .wrongPeer where !hasJoined:
            let message = "what answers at \(endpoint) is not the coordinator of this token; "
            self = .givesUp(WorkerError(.tokenRefused, message + "make a new one: sweep invite"))
        case .wrongPeer: self = .triesOn(why: "what answers is not this token's coordinator")
        }
    }
}
