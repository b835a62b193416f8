import Experiment
import Logging
import Messages
import Transport
import Wire

/// What a worker does that has no admitted key yet: it connects with its token's key, asks to be let in under the key
/// that it made, and asks again for as long as that may help.
///
/// A plain value: what happens goes in with the present instant, what to do comes out.
package struct EnrolmentSession {
    /// What to do.
    package enum Step: Equatable {
        /// Send the request, over the connection that there is.
        case ask
        /// Say it, once.
        case say(String)
        /// The key is admitted: connect with it.
        case join
        /// The token's key is a worker's own: connect with that.
        case joinWithToken
        case giveUp(WorkerError)
    }

    /// Between two requests of a worker that waits for approval, or whose request was not answered.
    package static let pause = Duration.seconds(5)

    private let endpoint: Endpoint
    /// The digest of the worker's own key: the owner of the coordinator compares it.
    private let key: KeyDigest
    private let clock: @Sendable () -> WallTime
    /// `nil` without a connection.
    private var nextAsk: ContinuousClock.Instant?
    private var said: Set<String> = []

    /// - Parameter clock: this host's, to be shown beside the coordinator's.
    package init(
        at endpoint: Endpoint, key: KeyDigest, clock: @escaping @Sendable () -> WallTime = { .now }
    ) {
        self.endpoint = endpoint
        self.key = key
        self.clock = clock
    }

    /// When `passTime` must be called.
    package var nextDeadline: ContinuousClock.Instant? { nextAsk }

    package mutating func passTime(at now: ContinuousClock.Instant) -> [Step] {
        guard let due = nextAsk, due <= now else { return [] }
        nextAsk = now + Self.pause
        return [.ask]
    }

    package mutating func connect(at now: ContinuousClock.Instant) -> [Step] {
        nextAsk = now
        return passTime(at: now)
    }

    package mutating func disconnect() { nextAsk = nil }

    /// Takes what the coordinator says.
    package mutating func receive(_ bytes: [UInt8]) -> [Step] {
        let answer: EnrolmentAnswer
        do {
            answer = try EnrolmentAnswer(decoding: bytes)
        } catch {
            guard error.code == .version else { return [] }
            return [.giveUp(WorkerError(.otherVersion, "the coordinator at \(endpoint) refuses: \(error)"))]
        }
        if case .refused(let reason) = answer, ProtocolVersion.isAnother(in: bytes) {
            return [.giveUp(WorkerError(.otherVersion, reason))]
        }
        return steps(after: answer)
    }

    private mutating func steps(after answer: EnrolmentAnswer) -> [Step] {
        switch answer {
        case .enrolled: return [.join]
        case .ownKey: return [.joinWithToken]
        case .waiting(let label):
            return say(
                "waiting for approval: the coordinator's owner says sweep keys approve \(label) (this worker's key is "
                    + "\(key.short))")
        case .crowded:
            return say("too many hosts wait for the approval of this token; waiting for a place among them")
        case .unavailable(let reason): return say("the coordinator cannot let anybody in now: \(reason)")
        case .expired(let expiry, let now):
            return refuse(
                "the token expired at \(WallTime(milliseconds: expiry).text), by the clock of the coordinator, which "
                    + "says \(WallTime(milliseconds: now).text) where this host's says \(clock().text); "
                    + "make a new one: sweep invite")
        case .used(let label, let time):
            return refuse(
                "the token was used at \(WallTime(milliseconds: time).text) by another worker, \(label), and is worth "
                    + "nothing more; if that one is not yours, tell the coordinator's owner, else make a new one: "
                    + "sweep invite")
        case .revoked: return [.giveUp(.revoked(at: endpoint))]
        case .refused(let reason): return [.giveUp(WorkerError(.refused, reason))]
        }
    }

    private mutating func say(_ line: String) -> [Step] { said.insert(line).inserted ? [.say(line)] : [] }

    private func refuse(_ reason: String) -> [Step] { [.giveUp(WorkerError(.tokenRefused, reason))] }
}

extension WorkerError {
    /// Both for a key that worked and for a token.
    static func revoked(at endpoint: Endpoint) -> Self {
        WorkerError(
            .refused,
            "revoked: the owner of the coordinator at \(endpoint) ended this worker's admission; ask for a new "
                + "token if it shall join again")
    }
}
