import Logging
import Transport

/// What a worker makes of a connection that was refused.
package enum RefusedConnection: Equatable {
    /// The worker tries on, and says why it has no connection.
    case triesOn(why: String)
    /// The worker ends: neither its token nor its key is worth anything.
    case givesUp(WorkerError)

    /// - Parameters:
    ///   - endpoint: of the worker's token.
    ///   - hasJoined: whether the coordinator of the token let this worker in before.
    ///   - isOrphaned: whether the coordinator that started this worker is gone.
    package init(_ reason: RefusalReason, at endpoint: Endpoint, hasJoined: Bool, isOrphaned: Bool) {
        switch reason {
        // The word of the worker's own coordinator would be final; this is another one, and the next may be right.
        case _ where isOrphaned: self = .triesOn(why: "refused by a coordinator: \(reason)")
        case .revoked: self = .givesUp(.revoked(at: endpoint))
        case .notAdmitted:
            let what = hasJoined ? "admits this worker's key no more" : "does not admit this token"
            let message = "the coordinator at \(endpoint) \(what); ask for a new one: sweep invite"
            self = .givesUp(WorkerError(.tokenRefused, message))
        case .wrongPeer where !hasJoined:
            let message = "what answers at \(endpoint) is not the coordinator of this token; "
            self = .givesUp(WorkerError(.tokenRefused, message + "make a new one: sweep invite"))
        // The coordinator may come back to its address. What only its owner knows is whether it has another key now.
        case .wrongPeer:
            self = .triesOn(
                why:
                    "what answers is not this token's coordinator; if that has another key now, this worker needs a "
                    + "new token: sweep invite")
        }
    }
}

extension RefusedConnection {
    /// - Throws: why the worker gives up.
    func carryOut(at endpoint: Endpoint, _ log: Logger) throws(WorkerError) {
        switch self {
        case .triesOn(let why): log.warnOfTrouble(why, at: endpoint)
        case .givesUp(let error): throw error
        }
    }
}

extension Logger {
    func warnOfTrouble(_ why: String, at endpoint: Endpoint) {
        warning("no connection; trying on", metadata: ["endpoint": "\(endpoint)", "why": "\(why)"])
    }
}
