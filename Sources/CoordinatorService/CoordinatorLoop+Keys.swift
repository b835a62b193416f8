import Logging
import Transport
import Wire

// Hosts that ask to be let in, and keys that have ended.

extension CoordinatorLoop {
    /// Over an invite's connection: the desk answers, and tells what came of it.
    func receive(_ call: EnrolmentCall) {
        if !parts.enrolments.take(call) {
            parts.log.debug("an enrolment was dropped; the worker asks again", metadata: ["invite": "\(call.invite)"])
        }
    }

    /// Over a worker's own connection: as a token of an earlier version has it, which carries the key itself. The
    /// worker does not know that, and asks.
    ///
    /// - Returns: whether the bytes are an enrolment.
    func answerEnrolment(in bytes: [UInt8], of peer: PeerID) -> Bool {
        guard (try? EnrolmentRequest(decoding: bytes)) != nil else { return false }
        parts.router.send(EnrolmentAnswer.ownKey.encoded(), to: peer)
        return true
    }

    func announce(_ report: EnrolmentDesk.Report) {
        let address = report.call.address.isEmpty ? "this host" : report.call.address
        parts.log.notice(
            "an enrolment",
            metadata: ["invite": "\(report.call.invite)", "from": "\(address)", "what": "\(report.outcome)"])
        if let notice = report.notice { parts.observer.tell(.enrolment(notice)) }
    }

    func announceEnd(of key: CurvePublicKey, named name: KeyName) {
        parts.log.warning("a worker's key has ended", metadata: ["key": "\(name)", "digest": "\(KeyDigest(of: key))"])
        parts.observer.tell(.keyEnded(label: name.rawValue))
    }
}
