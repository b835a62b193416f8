import Experiment
import Messages
import Testing
import Transport

/// An invite.
struct InviteTests {
    private let start = WallTime(milliseconds: 1_000_000)
    private let key = KeyDigest(of: try! CurveKeyPair.generate().publicKey)

    private func invite(_ terms: Invite.Terms = Invite.Terms()) throws -> Invite {
        Invite(try KeyName("gpu"), key: key, terms: terms, made: start)
    }

    private func worker() throws -> KeyDigest { KeyDigest(of: try CurveKeyPair.generate().publicKey) }

    private func after(_ duration: Duration) -> WallTime { start + duration }

    private func claim(
        _ invite: inout Invite, _ worker: KeyDigest, at now: WallTime, taken: Set<String> = []
    ) -> EnrolmentAnswer {
        invite.claim(by: worker, from: "192.0.2.7", at: now) { !taken.contains($0.rawValue) }.answer
    }

    private func used(by first: Invite.Claim) -> EnrolmentAnswer {
        .used(label: first.label.rawValue, atMilliseconds: first.at.milliseconds)
    }

    private func approve(_ invite: inout Invite, _ worker: KeyDigest) -> Bool { invite.approve(worker) }

    @Test func `an invite lets one worker in, within a day, unless other terms were set`() throws {
        var invite = try invite()
        #expect(invite.expires == after(.seconds(86_400)) && invite.useLimit == 1 && !invite.needsApproval)
        let first = try worker()
        #expect(claim(&invite, first, at: after(.seconds(1))) == .enrolled(label: "gpu"))
        #expect(invite.isOver(at: after(.seconds(2))))
        let second = claim(&invite, try worker(), at: after(.seconds(2)))
        try #require(invite.claims.count == 1)
        #expect(second == used(by: invite.claims[0]))
        #expect(invite.claims[0].worker == first && invite.claims[0].at == after(.seconds(1)))
    }

    @Test func `an invite answers the worker that it let in as before, also when it is used up, expired or admitted`()
        throws
    {
        var invite = try invite()
        let worker = try worker()
        let answer = claim(&invite, worker, at: start)
        #expect(claim(&invite, worker, at: start) == answer)
        #expect(claim(&invite, worker, at: after(.seconds(100_000))) == answer)
        invite.recordAdmission(of: worker)
        invite.revoke(Revocation(by: "alice", at: start, reason: ""))
        #expect(claim(&invite, worker, at: start) == answer)
        #expect(invite.claims.count == 1)
    }

    @Test func `an invite lets nobody in from the moment on at which it expires`() throws {
        var invite = try invite(Invite.Terms(lifetime: .seconds(10), useLimit: 2))
        #expect(try claim(&invite, worker(), at: after(.milliseconds(9_999))) == .enrolled(label: "gpu-1"))
        for now in [after(.seconds(10)), after(.seconds(12))] {
            let answer = claim(&invite, try worker(), at: now)
            let expiry = after(.seconds(10)).milliseconds
            #expect(answer == .expired(atMilliseconds: expiry, nowMilliseconds: now.milliseconds))
        }
        #expect(invite.claims.count == 1)
        var lasting = try self.invite(Invite.Terms(lifetime: nil))
        #expect(try claim(&lasting, worker(), at: after(.seconds(1_000_000_000))) == .enrolled(label: "gpu"))
    }

    @Test func `an invite lets nobody in once it is revoked, and whom it had promised an admission neither`() throws {
        var invite = try invite(Invite.Terms(useLimit: 2))
        let worker = try worker()
        _ = claim(&invite, worker, at: start)
        invite.revoke(Revocation(by: "alice", at: start, reason: "leaked"))
        invite.revoke(Revocation(by: "bob", at: start, reason: "again"))
        #expect(invite.revocation?.by == "alice")
        #expect(try claim(&invite, self.worker(), at: start) == .revoked)
        #expect(claim(&invite, worker, at: start) == .revoked, "its key's file was not written")
    }

    @Test func `an invite gives each worker a name of its own`() throws {
        var several = try invite(Invite.Terms(useLimit: 3))
        let labels = try (0..<3).map { _ in
            try claim(&several, worker(), at: start, taken: ["gpu-2", "gpu"])
        }
        #expect(labels == ["gpu-1", "gpu-3", "gpu-4"].map { .enrolled(label: $0) })
        var single = try invite()
        #expect(try claim(&single, worker(), at: start, taken: ["gpu"]) == .enrolled(label: "gpu-2"))
        let long = String(repeating: "n", count: 64)
        var named = Invite(try KeyName(long), key: key, terms: Invite.Terms(useLimit: 2), made: start)
        guard case .enrolled(let label) = try claim(&named, worker(), at: start) else {
            Issue.record("not let in")
            return
        }
        #expect(label == long.prefix(56) + "-1")
    }

    @Test func `an invite remembers latecomers once each, and a few of them`() throws {
        var invite = try invite()
        _ = try claim(&invite, worker(), at: start)
        let late = try worker()
        let answers = (0..<3).map { _ in invite.claim(by: late, from: "", at: start) { _ in true } }
        #expect(answers.map(\.isNew) == [true, false, false])
        try #require(invite.claims.count == 1)
        #expect(answers.allSatisfy { $0.answer == used(by: invite.claims[0]) })
        for _ in 0..<50 { _ = try claim(&invite, worker(), at: start) }
        #expect(invite.latecomers.count == Invite.latecomerLimit && invite.claims.count == 1)
        #expect(invite.latecomers.first?.worker == late)
    }

    @Test func `an invite has workers wait for an approval, which one use is taken by`() throws {
        var invite = try invite(Invite.Terms(needsApproval: true))
        let (first, second) = (try worker(), try worker())
        #expect(claim(&invite, first, at: start) == .waiting(label: "gpu-1"))
        #expect(claim(&invite, second, at: start) == .waiting(label: "gpu-2"))
        #expect(claim(&invite, first, at: after(.seconds(5))) == .waiting(label: "gpu-1"))
        #expect(invite.useCount == 0)
        #expect(approve(&invite, second))
        #expect(claim(&invite, second, at: after(.seconds(5))) == .enrolled(label: "gpu-2"))
        #expect(!approve(&invite, first), "all uses are taken")
        try #require(invite.claims.count == 2)
        #expect(claim(&invite, first, at: after(.seconds(5))) == used(by: invite.claims[1]))
        invite.drop(first)
        invite.drop(second)
        #expect(invite.claims.map(\.worker) == [second], "who is approved stays")
        #expect(try !approve(&invite, worker()))
    }

    @Test func `an invite has no more than a few wait`() throws {
        var invite = try invite(Invite.Terms(useLimit: 100, needsApproval: true))
        for _ in 0..<Invite.waitingLimit { _ = try claim(&invite, worker(), at: start) }
        #expect(try claim(&invite, worker(), at: start) == .crowded)
        let waiting = try #require(invite.claims.first).worker
        #expect(approve(&invite, waiting))
        #expect(try claim(&invite, worker(), at: start) == .waiting(label: "gpu-17"))
    }

    @Test func `an invite is a file that reads back to itself`() throws {
        var invite = try invite(Invite.Terms(lifetime: nil, useLimit: 2, needsApproval: true))
        let name = invite.name
        #expect(Invite(name, fileText: invite.fileText) == invite)
        for _ in 0..<4 { _ = try claim(&invite, worker(), at: after(.seconds(7))) }
        try #require(invite.claims.count == 4)
        #expect(approve(&invite, invite.claims[2].worker))
        #expect(approve(&invite, invite.claims[3].worker))
        invite.recordAdmission(of: invite.claims[3].worker)
        _ = invite.claim(by: try worker(), from: "", at: start) { _ in true }
        invite.revoke(Revocation(by: "alice b", at: after(.seconds(8)), reason: "stolen  laptop\nof\u{1b}[31m Bob"))
        #expect(invite.revocation?.by == "alice?b")
        #expect(invite.revocation?.reason == "stolen  laptop?of?[31m Bob")
        #expect(Invite(name, fileText: invite.fileText) == invite)
    }

    /// Byte by byte: a mark makes one character of itself and the space before it.
    @Test(arguments: [("", ""), ("bob", ""), ("", "why"), ("\u{345}bob", "\u{345} why"), ("bob", "\u{345}"), ("", " ")])
    func `who revoked an invite, and why, read back whatever they are`(user: String, reason: String) throws {
        var invite = try invite(Invite.Terms())
        invite.revoke(Revocation(by: user, at: start, reason: reason))
        #expect(Invite(invite.name, fileText: invite.fileText) == invite)
        #expect(invite.revocation?.by == user)
    }

    @Test func `an invite is not read from a file that would be written otherwise`() throws {
        var invite = try invite(Invite.Terms())
        invite.revoke(Revocation(by: "bob", at: start, reason: "why"))
        let text = invite.fileText
        for (said, other) in [
            (" bob why", "  why"), (" bob why", " bob why\u{7}"), ("revoked ", "revoked \u{345}"),
            ("revoked ", "revoked +"), ("\n", "\r\n"), ("uses 1", "uses 01"),
        ] {
            let changed = text.replacing(said, with: other)
            #expect(changed != text)
            #expect(Invite(invite.name, fileText: changed) == nil, "\(changed)")
        }
    }

    @Test func `an invite fits its file with all uses taken`() throws {
        var invite = Invite(
            try KeyName(String(repeating: "n", count: 64)), key: key,
            terms: Invite.Terms(useLimit: Invite.Terms.useLimits.upperBound), made: .now)
        for number in 0..<Invite.Terms.useLimits.upperBound {
            let worker = try worker()
            let address = String(repeating: "f", count: 40)
            _ = invite.claim(by: worker, from: address, at: .now) { _ in true }
            invite.recordAdmission(of: worker)
            #expect(invite.claims.count == number + 1)
        }
        #expect(Invite(invite.name, fileText: invite.fileText) == invite)
    }

    @Test func `an invite is not read from a file that was cut, changed or is of another version`() throws {
        var invite = try invite(Invite.Terms(useLimit: 2))
        _ = try claim(&invite, worker(), at: start)
        let text = invite.fileText
        let lines = text.split(separator: "\n").map(String.init)
        for length in 0..<text.utf8.count {
            let part = Invite(invite.name, fileText: String(text.utf8.prefix(length))!)
            // The file ends with a line feed, and appears whole or not at all: only whole lines can be missing.
            #expect(part == nil || part?.claims.isEmpty == true, "cut at \(length)")
        }
        for line in lines.indices {
            var changed = lines
            changed[line] += "x"
            let read = Invite(invite.name, fileText: changed.joined(separator: "\n") + "\n")
            #expect(read == nil || line == lines.count - 1, "\(changed[line])")
        }
        #expect(Invite(invite.name, fileText: text.replacing("sweep-invite 1", with: "sweep-invite 2")) == nil)
        #expect(Invite(invite.name, fileText: text.replacing("uses 2", with: "uses 0")) == nil)
        #expect(Invite(invite.name, fileText: text + "nonsense\n") == nil)
    }
}
