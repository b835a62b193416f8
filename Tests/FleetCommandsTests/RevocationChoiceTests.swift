import CommandFixtures
import CommandOutput
import Experiment
import FleetCommands
import Testing
import Transport

/// Whom a word means that somebody wants to put out.
struct RevocationChoiceTests {
    private typealias Candidate = RevocationChoice.Candidate

    /// A digest that begins so.
    private func digest(_ beginning: String) -> KeyDigest {
        KeyDigest(rawValue: beginning + String(repeating: "0", count: 64 - beginning.count))!
    }

    private func candidate(
        _ beginning: String, label: String? = nil, workers: [String] = [], isRevoked: Bool = false
    ) throws -> Candidate {
        Candidate(
            digest(beginning), labels: try label.map { [try KeyName($0)] } ?? [],
            names: try workers.map { try #require(WorkerID(rawValue: $0)) }, isRevoked: isRevoked)
    }

    private func invite(_ name: String, _ beginning: String, worker: KeyDigest? = nil) throws -> Invite {
        let made = WallTime(milliseconds: 0)
        var invite = Invite(try KeyName(name), key: digest(beginning), terms: Invite.Terms(), made: made)
        if let worker { _ = invite.claim(by: worker, from: "192.0.2.7", at: made, isFree: { _ in true }) }
        return invite
    }

    private func failure(
        _ text: String, among candidates: [Candidate], _ invites: [Invite] = [], includingRevoked: Bool = false
    ) -> CommandFailure? {
        commandFailure {
            _ = try RevocationChoice(text, among: candidates, invites, includingRevoked: includingRevoked)
        }
    }

    @Test(arguments: ["gpu", "north-1", "aaaa", "aaaa00", "aaaa" + String(repeating: "0", count: 60)])
    func `a revocation takes a label, a worker's name, or a key's first digits`(text: String) throws {
        let meant = try candidate("aaaa", label: "gpu", workers: ["north-1", "north-2"])
        let other = try candidate("bbbb", label: "other", workers: ["south"])
        let choice = try RevocationChoice(text, among: [other, meant], [invite("new", "cccc")])
        #expect(choice.worker == meant && choice.invite == nil)
    }

    @Test(arguments: ["nobody", "aaa", "GPU", "", "north"])
    func `a word that nobody is called by, or three digits, mean nobody`(text: String) throws {
        let known = try candidate("aaaa", label: "gpu", workers: ["north-1"])
        let failure = failure(text, among: [known])
        #expect(failure?.exitCode == .usage)
        #expect(failure?.message.contains("sweep keys") == true && failure?.message.contains("sweep workers") == true)
    }

    /// It was the label alone that counted: whoever called itself as an honest one's label reads had that one put out.
    @Test func `a label that another key's worker takes as its name means neither, and both are listed`() throws {
        let honest = try candidate("aaaa", label: "alice", workers: ["north-1"])
        let liar = try candidate("bbbb", label: "bob", workers: ["zoe", "alice", "w1", "w2", "w3"])
        #expect(
            failure("alice", among: [liar, honest])
                == CommandFailure(
                    "'alice' could mean several: key aaaa00000000 (label alice, worker north-1), key bbbb00000000 "
                        + "(label bob, worker alice, worker w1, worker w2, 2 more names); name one by its key",
                    exitCode: .usage))
        #expect(try RevocationChoice("bob", among: [liar, honest]).worker == liar)
    }

    @Test func `one key by its label and by its worker's name is one key`() throws {
        let alice = try candidate("aaaa", label: "alice", workers: ["alice"])
        #expect(try RevocationChoice("alice", among: [alice]).worker == alice)
    }

    @Test func `digits that are another one's name mean neither, and a whole digest its key alone`() throws {
        let whole = digest("aaaa").rawValue
        let honest = try candidate("aaaa", label: "alice")
        let liar = try candidate("bbbb", label: "bob", workers: ["aaaa00000000", "aaaa0000000000", whole])
        let failure = failure("aaaa00000000", among: [honest, liar])
        // One digit more than what somebody took as a name.
        #expect(failure?.message.contains("key aaaa000000000 (label alice)") == true, "\(failure?.message ?? "")")
        #expect(try RevocationChoice("aaaa000000000", among: [honest, liar]).worker == honest)
        #expect(try RevocationChoice(whole, among: [honest, liar]).worker == honest)
    }

    @Test func `digits with which several keys begin mean none of them`() throws {
        let keys = try ["aaaa1", "aaaa2"].map { try candidate($0, label: "w\($0)") }
        #expect(failure("aaaa", among: keys)?.exitCode == .usage)
        #expect(try RevocationChoice("aaaa2", among: keys).worker == keys[1])
        let invites = try [invite("new", "aaaa3")]
        #expect(failure("aaaa", among: [keys[0]], invites)?.message.contains("invite new (key aaaa30000000)") == true)
    }

    // MARK: Invites

    @Test func `a name that an invite shares with its worker means both`() throws {
        let worker = try candidate("aaaa", label: "gpu", workers: ["north-1"])
        let invites = try [invite("gpu", "cccc", worker: worker.key), invite("new", "dddd")]
        let both = try RevocationChoice("gpu", among: [worker], invites)
        #expect(both.worker == worker && both.invite?.rawValue == "gpu")
        let alone = try RevocationChoice("aaaa", among: [worker], invites)
        #expect(alone.worker == worker && alone.invite == nil)
        let invite = try RevocationChoice("new", among: [worker], invites)
        #expect(invite.worker == nil && invite.invite?.rawValue == "new")
    }

    @Test func `an invite and a worker that did not come with it are two`() throws {
        let liar = try candidate("aaaa", label: "bob", workers: ["gpu"])
        let failure = failure("gpu", among: [liar], [try invite("gpu", "cccc")])
        #expect(failure?.message.contains("invite gpu (key cccc00000000)") == true)
        #expect(failure?.message.contains("label bob, worker gpu") == true)
    }

    // MARK: Keys that cannot be revoked

    @Test func `a key that was revoked before is meant where its results are to be forgotten, and not otherwise`()
        throws
    {
        let old = try candidate("aaaa", label: "gpu", workers: ["north-1"], isRevoked: true)
        for text in ["gpu", "north-1", "aaaa"] {
            #expect(try RevocationChoice(text, among: [old], includingRevoked: true).worker == old)
            let failure = failure(text, among: [old])
            #expect(failure?.exitCode == .usage && failure?.message.contains("--forget-results") == true)
        }
        let new = try candidate("bbbb", label: "gpu")
        #expect(try RevocationChoice("gpu", among: [old, new]).worker == new)
        let both = failure("gpu", among: [old, new], includingRevoked: true)
        #expect(both?.message.contains("key aaaa00000000 (label gpu, worker north-1, revoked)") == true)
    }

    @Test func `a key that was never let in here cannot be put out`() throws {
        let foreign = try candidate("aaaa", workers: ["north-1"])
        let own = try candidate("bbbb", workers: ["local-1a2b"])
        #expect(failure("north-1", among: [foreign, own])?.message.contains("key aaaa00000000, which is not") == true)
        #expect(failure("local-1a2b", among: [foreign, own])?.message.contains("--slots 0") == true)
        let named = try candidate("cccc", label: "north-1")
        #expect(failure("north-1", among: [foreign, named])?.message.contains("worker north-1, not admitted") == true)
    }

    @Test func `a long list ends`() throws {
        let keys = try (0..<30).map { try candidate("aaaa\($0)f", label: "w\($0)") }
        #expect(failure("aaaa", among: keys)?.message.contains(" and 22 more; ") == true)
    }
}
