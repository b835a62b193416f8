import CoordinatorService
import Experiment
import Messages
import Notices
import TestSupport
import Testing
import Transport
import Wire

/// The desk where hosts are let in.
@Suite(.timeLimit(.minutes(1)))
struct EnrolmentDeskTests {
    private let directory = TemporaryDirectory()
    private let keys: KeyStore
    private let answers = Heard<[UInt8]>()
    private let reports = Heard<EnrolmentDesk.Report>()
    private let desk: EnrolmentDesk

    init() throws {
        keys = try KeyStore(directory: directory.path)
        desk = EnrolmentDesk(
            keys, send: { [answers] bytes, _ in answers.put(bytes) }, report: { [reports] in reports.put($0) })
        desk.open()
    }

    /// What the desk answers to bytes that come over the connection of an invite.
    private func answer(_ bytes: [UInt8], over invite: KeyName, from address: String = "192.0.2.7") async throws
        -> [UInt8]
    {
        let peer = PeerID(routingID: [1], key: try CurveKeyPair.generate().publicKey)
        #expect(desk.take(EnrolmentCall(peer: peer, invite: invite, address: address, bytes: bytes)))
        return try await answers.next("an answer")
    }

    private func enrol(
        _ key: CurvePublicKey, over invite: KeyName, from address: String = "192.0.2.7"
    ) async throws -> EnrolmentAnswer {
        let request = EnrolmentRequest(publicKey: key.text).encoded()
        return try EnrolmentAnswer(decoding: try await answer(request, over: invite, from: address))
    }

    @Test func `the desk lets a worker in, and tells the owner of a second one that comes with the token, once`()
        async throws
    {
        defer { desk.close() }
        let (invite, _) = try keys.invite(try KeyName("gpu"))
        let own = try CurveKeyPair.generate().publicKey
        let other = try CurveKeyPair.generate().publicKey
        #expect(try await enrol(own, over: invite) == .enrolled(label: "gpu"))
        #expect(keys.admission(of: own) == .worker(invite))
        #expect(try await reports.next("a report").notice == nil)
        for _ in 0..<3 {
            guard case .used("gpu", _) = try await enrol(other, over: invite, from: "192.0.2.9") else {
                Issue.record("not refused")
                return
            }
        }
        let report = try await reports.next("a report")
        #expect(
            report.notice
                == .secondClaimant(
                    invite: "gpu", key: KeyDigest(of: other).short, address: "192.0.2.9", first: "gpu",
                    firstAddress: "192.0.2.7"))
        #expect(try await enrol(own, over: invite) == .enrolled(label: "gpu"))
        #expect(reports.unread.isEmpty)
    }

    @Test func `the desk tells the owner of who waits for approval`() async throws {
        defer { desk.close() }
        let (invite, _) = try keys.invite(try KeyName("gpu"), Invite.Terms(needsApproval: true))
        let own = try CurveKeyPair.generate().publicKey
        for _ in 0..<2 { #expect(try await enrol(own, over: invite) == .waiting(label: "gpu-1")) }
        let notice = try #require(try await reports.next("a report").notice)
        #expect(notice == .waiting(label: "gpu-1", key: KeyDigest(of: own).short, address: "192.0.2.7"))
        #expect(SweepNotice.enrolment(notice).text.contains("sweep keys approve gpu-1"))
        #expect(reports.unread.isEmpty)
    }

    @Test func `the desk says when and by which clock an invite expired`() async throws {
        defer { desk.close() }
        let (invite, _) = try keys.invite(
            nil, Invite.Terms(lifetime: .seconds(1)), at: WallTime(milliseconds: 5000))
        let before = WallTime.now.milliseconds
        guard case .expired(6000, let now) = try await enrol(CurveKeyPair.generate().publicKey, over: invite) else {
            Issue.record("not expired")
            return
        }
        #expect((before...WallTime.now.milliseconds).contains(now))
    }

    /// A worker of an earlier version says hello with the key of the token.
    @Test func `the desk refuses whatever is no request, with the remedy`() async throws {
        defer { desk.close() }
        let (invite, _) = try keys.invite()
        let messages: [[UInt8]] = [[], [1, 2, 3], EnrolmentRequest(publicKey: "no key").encoded()]
        for message in messages {
            let refusal = try CoordinatorMessage(decoding: try await answer(message, over: invite))
            guard case .refusal(let reason) = refusal else {
                Issue.record("\(refusal)")
                return
            }
            #expect(!reason.isEmpty)
        }
        let hello = try CoordinatorMessage(decoding: try await answer([8, 3, 18, 1, 119, 26, 0], over: invite))
        guard case .refusal(let reason) = hello else {
            Issue.record("\(hello)")
            return
        }
        #expect(reason.contains("install the"), "\(reason)")
        #expect(try keys.workerNames().isEmpty)
    }
}
