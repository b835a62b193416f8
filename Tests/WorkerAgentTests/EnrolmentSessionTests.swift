import Experiment
import Messages
import Testing
import Transport
import Wire
import WorkerAgent

/// A worker that asks to be let in.
struct EnrolmentSessionTests {
    private let endpoint = try! Endpoint("tcp://10.0.0.1:5555")
    private let key = KeyDigest(of: try! CurveKeyPair.generate().publicKey)
    private let start = ContinuousClock.now

    private func enrolment() -> EnrolmentSession {
        EnrolmentSession(at: endpoint, key: key, clock: { WallTime(milliseconds: 1_764_324_000_000) })
    }

    private func answer(_ answer: EnrolmentAnswer) -> [EnrolmentSession.Step] {
        var enrolment = enrolment()
        return enrolment.receive(answer.encoded())
    }

    /// The error of the one step; `nil` where the worker goes on.
    private func error(_ answer: EnrolmentAnswer) -> WorkerError? {
        guard case .giveUp(let error)? = self.answer(answer).first else { return nil }
        return error
    }

    @Test func `a worker that asks to be let in asks when it is connected, and again while it is not answered`() {
        var enrolment = enrolment()
        #expect(enrolment.nextDeadline == nil)
        #expect(enrolment.connect(at: start) == [.ask])
        #expect(enrolment.passTime(at: start).isEmpty)
        let due = start + EnrolmentSession.pause
        #expect(enrolment.nextDeadline == due)
        #expect(enrolment.passTime(at: due) == [.ask])
        #expect(enrolment.passTime(at: due).isEmpty)
    }

    @Test func `a worker that asks to be let in asks nobody without a connection, and at once over the next one`() {
        var enrolment = enrolment()
        _ = enrolment.connect(at: start)
        enrolment.disconnect()
        #expect(enrolment.nextDeadline == nil && enrolment.passTime(at: start + EnrolmentSession.pause).isEmpty)
        #expect(enrolment.connect(at: start) == [.ask])
    }

    @Test func `a worker that asks to be let in joins with its own key, or with the token's where that is a worker's`()
    {
        #expect(answer(.enrolled(label: "gpu")) == [.join])
        #expect(answer(.ownKey) == [.joinWithToken])
    }

    @Test func `a worker that asks to be let in says once what it waits for, with its key, and asks on`() {
        var enrolment = enrolment()
        _ = enrolment.connect(at: start)
        let waiting = EnrolmentAnswer.waiting(label: "gpu-1").encoded()
        guard case .say(let line)? = enrolment.receive(waiting).first else {
            Issue.record("says nothing")
            return
        }
        #expect(line.contains("sweep keys approve gpu-1") && line.contains(key.short))
        #expect(enrolment.receive(waiting).isEmpty)
        #expect(enrolment.receive(EnrolmentAnswer.crowded.encoded()).count == 1)
        #expect(enrolment.receive(EnrolmentAnswer.unavailable(reason: "No space left").encoded()).count == 1)
        #expect(enrolment.passTime(at: start + EnrolmentSession.pause) == [.ask])
    }

    @Test
    func `a worker that asks to be let in names both clocks where the token has expired, so that a wrong one shows`() {
        let error = error(.expired(atMilliseconds: 1_764_237_600_000, nowMilliseconds: 1_764_238_200_000))
        #expect(error?.code == .tokenRefused)
        for part in ["2025-11-27T10:00:00Z", "2025-11-27T10:10:00Z", "2025-11-28T10:00:00Z", "sweep invite"] {
            #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
        }
    }

    @Test func `a worker that asks to be let in says who used the token, and when`() {
        let error = error(.used(label: "gpu", atMilliseconds: 1_764_237_600_000))
        #expect(error?.code == .tokenRefused)
        #expect(error?.description.contains("at 2025-11-27T10:00:00Z by another worker, gpu") == true)
    }

    @Test func `a worker that asks to be let in is told when it was revoked, or cannot take part`() {
        #expect(error(.revoked)?.code == .refused)
        #expect(error(.revoked)?.description.hasPrefix("revoked: ") == true)
        #expect(error(.refused(reason: "install version 2"))?.description == "install version 2")
    }

    @Test func `a worker that asks to be let in does nothing about what is no answer`() {
        var enrolment = enrolment()
        for bytes in [[1, 2, 3], [255]] as [[UInt8]] {
            #expect(enrolment.receive(bytes).isEmpty)
        }
    }
}
