import ChildProcesses
import Notices
import Transport
import Wire

/// Answers those who come with an invite, on a thread of its own: each admission is flushed to the disk, and the
/// coordinator's loop must not wait for that, nor for another process that has the key store's lock.
///
/// A call is answered as often as it comes, with the same answer. One that finds the desk full is dropped, and its
/// worker asks again.
package final class EnrolmentDesk: Sendable {
    /// An answer that the owner of the coordinator should know of.
    package struct Report: Sendable, Equatable {
        package let notice: SweepNotice.Enrolment?
        /// For the log, with what it says.
        package let outcome: String
        package let call: EnrolmentCall
    }

    private let keys: KeyStore
    private let calls = Mailbox<EnrolmentCall>(capacity: 64)
    private let send: @Sendable ([UInt8], PeerID) -> Void
    private let report: @Sendable (Report) -> Void

    /// - Parameters:
    ///   - send: says something to somebody.
    ///   - report: is called on the desk's thread, when something new has happened.
    package init(
        _ keys: KeyStore, send: @escaping @Sendable ([UInt8], PeerID) -> Void,
        report: @escaping @Sendable (Report) -> Void
    ) {
        self.keys = keys
        self.send = send
        self.report = report
    }

    /// Begins to answer. Must be followed by `close`.
    package func open() {
        NamedThread.detach(named: "enrolments") { [self] in
            // Each call fails while the store cannot be written.
            var failures = ReportLimiter()
            while true {
                let calls = calls.take(until: nil)
                if calls.isEmpty { return }
                for call in calls { answer(call, &failures) }
            }
        }
    }

    /// - Returns: `false` where too many wait.
    @discardableResult
    package func take(_ call: EnrolmentCall) -> Bool { calls.offer(call) }

    package func close() { calls.close() }

    private func answer(_ call: EnrolmentCall, _ failures: inout ReportLimiter) {
        let request: EnrolmentRequest
        do {
            request = try EnrolmentRequest(decoding: call.bytes)
        } catch {
            let reason =
                error.code == .version
                ? error.description
                : "this token is for a newer version of sweep, in which a worker asks to be let in under a key of its "
                    + "own: install the coordinator's version on this host"
            return send(EnrolmentAnswer.refused(reason: reason).encoded(), call.peer)
        }
        guard let key = try? CurvePublicKey(request.publicKey) else {
            return send(EnrolmentAnswer.refused(reason: "what was named is no key").encoded(), call.peer)
        }
        do {
            let enrolment = try keys.enrol(key, over: call.invite, from: call.address)
            send(EnrolmentAnswer(enrolment.answer, at: .now).encoded(), call.peer)
            if enrolment.isNew { tell(of: enrolment, key, call) }
        } catch {
            send(EnrolmentAnswer.unavailable(reason: error.description).encoded(), call.peer)
            guard failures.admit(at: .now) != nil else { return }
            report(Report(notice: nil, outcome: "could not be stored: \(error)", call: call))
        }
    }

    private func tell(of enrolment: KeyStore.Enrolment, _ key: CurvePublicKey, _ call: EnrolmentCall) {
        let digest = KeyDigest(of: key).short
        switch enrolment.answer {
        case .admitted(let label):
            report(Report(notice: nil, outcome: "admitted as \(label), key \(digest)", call: call))
        case .waiting(let label):
            report(
                Report(
                    notice: .waiting(label: label.rawValue, key: digest, address: call.address),
                    outcome: "waits for approval as \(label), key \(digest)", call: call))
        case .used(let first):
            report(
                Report(
                    notice: .secondClaimant(
                        invite: call.invite.rawValue, key: digest, address: call.address,
                        first: first.label.rawValue, firstAddress: first.address),
                    outcome: "used before by \(first.label), key \(digest) refused", call: call))
        // Nothing that is new.
        case .expired, .revoked, .crowded: break
        }
    }
}

extension EnrolmentAnswer {
    init(_ answer: Invite.Answer, at now: WallTime) {
        self =
            switch answer {
            case .admitted(let label): .enrolled(label: label.rawValue)
            case .waiting(let label): .waiting(label: label.rawValue)
            case .expired(let expiry):
                .expired(atMilliseconds: expiry.milliseconds, nowMilliseconds: now.milliseconds)
            case .used(let first): .used(label: first.label.rawValue, atMilliseconds: first.at.milliseconds)
            case .revoked: .revoked
            case .crowded: .crowded
            }
    }
}
