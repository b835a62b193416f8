import CommandFixtures
import CommandOutput
import Experiment
import FleetCommands
import Foundation
import TestSupport
import Testing
import Transport

/// The commands about keys.
struct KeyCommandTests {
    private let directory = TemporaryDirectory()
    private let store: KeyStore
    private let made = WallTime(milliseconds: 1_764_237_600_000)

    init() throws {
        store = try KeyStore(directory: "\(directory.path)/keys")
    }

    private var place: Result<String, TransportError> { .success(store.directory) }

    private func key() throws -> CurvePublicKey { try CurveKeyPair.generate().publicKey }

    private struct Listed: Decodable {
        struct Invite: Decodable {
            var name: String
            var state: String
            var uses: Int
            var useLimit: Int
            var expires: String?
            var waiting: Int
        }

        struct Worker: Decodable {
            var name: String
            var state: String
            var key: String
            var since: String
            var invite: String?
            var address: String?
            var revokedBy: String?
            var reason: String?
        }

        var invites: [Invite]
        var workers: [Worker]
    }

    private func listed(at now: WallTime) throws -> Listed {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Listed.self, from: Data(try KeyList(in: place, at: now).json().utf8))
    }

    @Test func `the commands about keys list invites with what is left of them`() throws {
        _ = try store.invite(try KeyName("a"), at: made)
        let (used, _) = try store.invite(try KeyName("b"), Invite.Terms(lifetime: nil), at: made)
        _ = try store.enrol(key(), over: used, from: "192.0.2.7", at: made)
        let (several, _) = try store.invite(
            try KeyName("c"), Invite.Terms(lifetime: .seconds(60), useLimit: 5, needsApproval: true), at: made)
        _ = try store.enrol(key(), over: several, from: "192.0.2.8", at: made)
        let list = try listed(at: made + .seconds(100))
        #expect(list.invites.map(\.name) == ["a", "b", "c"])
        #expect(list.invites.map(\.state) == ["open", "used", "expired"])
        #expect(list.invites.map(\.uses) == [0, 1, 0] && list.invites.map(\.useLimit) == [1, 1, 5])
        #expect(list.invites.map(\.expires) == ["2025-11-28T10:00:00Z", nil, "2025-11-27T10:01:00Z"])
        #expect(list.invites.last?.waiting == 1)
    }

    @Test func `the commands about keys list workers with their keys, where they came from, and who revoked them`()
        throws
    {
        let (invite, _) = try store.invite(try KeyName("gpu"), Invite.Terms(useLimit: 2), at: made)
        let keys = try (0..<2).map { _ in try key() }
        for key in keys { _ = try store.enrol(key, over: invite, from: "192.0.2.7", at: made) }
        _ = try store.admit(key(), as: KeyName("old"))
        _ = try KeyCommands.revoke("gpu-2", reason: "stolen", in: place, by: "alice")
        let list = try listed(at: made)
        try #require(list.workers.map(\.name) == ["gpu-1", "old", "gpu-2"])
        #expect(list.workers.map(\.state) == ["admitted", "admitted", "revoked"])
        #expect(list.workers.map(\.invite) == ["gpu", nil, "gpu"])
        #expect(list.workers.map(\.address) == ["192.0.2.7", nil, "192.0.2.7"])
        #expect(list.workers[0].key == KeyDigest(of: keys[0]).short && list.workers[0].since == "2025-11-27T10:00:00Z")
        #expect(list.workers[2].revokedBy == "alice" && list.workers[2].reason == "stolen")
        let text = try KeyList(in: place, at: made).text
        #expect(text.contains("by alice: stolen") && !text.contains(keys[0].text))
    }

    @Test func `the commands about keys say so where there is nothing, and make no directory`() throws {
        let nowhere = Result<String, TransportError>.success("\(directory.path)/none")
        #expect(try KeyList(in: nowhere).text == "No invites and no workers: sweep invite makes one.\n")
        let failure = commandFailure { _ = try KeyCommands.revoke("gpu", reason: nil, in: nowhere) }
        #expect(failure?.message.contains("XDG_CONFIG_HOME") == true)
        #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/none"))
    }

    @Test func `the commands about keys let in who waits, and say who is meant where that is not clear`() throws {
        let (invite, _) = try store.invite(try KeyName("gpu"), Invite.Terms(needsApproval: true))
        let own = try key()
        _ = try store.enrol(own, over: invite, from: "192.0.2.7")
        #expect(try KeyCommands.approve("gpu-1", in: place).hasPrefix("gpu-1 is let in"))
        #expect(try store.enrol(own, over: invite, from: "").answer == .enrolled(label: "gpu-1"))
        for unknown in ["gpu-1", "nobody"] {
            let failure = commandFailure { _ = try KeyCommands.approve(unknown, in: place) }
            #expect(failure?.exitCode == .usage && failure?.message.contains("sweep keys") == true)
        }
        #expect(commandFailure { _ = try KeyCommands.revoke("nobody", reason: nil, in: place) }?.exitCode == .usage)
    }

    @Test func `the commands about keys say what a revocation ends and what it does not`() throws {
        let (invite, _) = try store.invite(try KeyName("gpu"), Invite.Terms(useLimit: 3))
        for _ in 0..<2 { _ = try store.enrol(key(), over: invite, from: "") }
        #expect(
            try KeyCommands.revoke("gpu", reason: nil, in: place) == [
                "The invite gpu is revoked: nobody comes in with it any more. The 2 workers that came with it stay: "
                    + "sweep keys lists them."
            ])
        let (single, _) = try store.invite(try KeyName("one"))
        let own = try key()
        _ = try store.enrol(own, over: single, from: "")
        let digest = KeyDigest(of: own).short
        #expect(
            try KeyCommands.revoke(digest, reason: nil, in: place) == [
                "one is revoked (key \(digest)): a running coordinator cuts it off now, and its tasks go on elsewhere."
            ])
    }
}

/// What sweep invite was asked to allow.
struct InviteTermsTests {
    private func terms(_ change: (inout InviteTerms) -> Void) throws -> Invite {
        var terms = InviteTerms()
        change(&terms)
        let directory = TemporaryDirectory()
        let run = try directory.run("finished")
        try run.commit([.settingChanged(.endpoint, to: "tcp://192.0.2.7:5555")])
        let keys = "\(directory.path)/keys"
        let invitation = try Invitation(to: run, terms, address: nil, keyDirectory: .success(keys))
        return try #require(try KeyStore(directory: keys).invites().first { $0.name.rawValue == invitation.name })
    }

    @Test(arguments: [("90s", 90), ("30m", 1800), ("24h", 86_400), ("7d", 604_800)])
    func `a time is a number and its unit`(text: String, seconds: Int) throws {
        let invite = try terms { $0.expires = text }
        #expect(invite.expires == invite.made + .seconds(seconds))
    }

    @Test func `never is for ever, and other terms are as they were said`() throws {
        let invite = try terms {
            ($0.expires, $0.name, $0.uses, $0.needsApproval) = ("never", "gpu", 5, true)
        }
        #expect(invite.expires == nil && invite.name.rawValue == "gpu" && invite.useLimit == 5)
        #expect(invite.needsApproval)
    }

    @Test(
        arguments: [
            "", "h", "0h", "-1h", "1", "1.5h", "1w", "24 h", "999999999999999999999d", "4000d", "forever", "٣h",
        ])
    func `another time is refused with what would be right`(text: String) throws {
        let failure = commandFailure { _ = try terms { $0.expires = text } }
        #expect(failure?.exitCode == .usage && failure?.message.contains("90s, 30m, 24h or 7d") == true)
    }

    @Test func `a number of hosts and a name have bounds`() throws {
        for uses in [0, -1, 1001] {
            #expect(commandFailure { _ = try terms { $0.uses = uses } }?.message == "--uses \(uses): give 1 to 1000")
        }
        #expect(commandFailure { _ = try terms { $0.name = "a/b" } }?.exitCode == .usage)
    }
}

/// Where a token comes from.
struct TokenSourceTests {
    private let directory = TemporaryDirectory()

    private func read(_ join: String?, _ environment: [String: String] = [:]) throws -> String {
        try TokenSource(join: join, environment: environment).read { "sweep worker --join sweep1.standard" }
    }

    @Test func `a token comes from the command line, a file, standard input or a credential`() throws {
        #expect(try read("sweep1.abc") == "sweep1.abc")
        #expect(try read("-") == "sweep1.standard")
        let file = try directory.write("\n  sweep1.file \n", to: "token")
        #expect(try read(file) == "sweep1.file")
        _ = try directory.write("sweep worker --join sweep1.credential\n", to: "sweep-token")
        #expect(try read(nil, ["CREDENTIALS_DIRECTORY": directory.path]) == "sweep1.credential")
        #expect(try read(file, ["CREDENTIALS_DIRECTORY": directory.path]) == "sweep1.file")
    }

    @Test func `a token from nowhere is bad usage, and names what would be right`() throws {
        let none = commandFailure { _ = try read(nil) }
        #expect(none?.exitCode == .usage && none?.message.contains("sweep invite") == true)
        let missing = commandFailure { _ = try read("nonsense") }
        #expect(missing?.exitCode == .usage && missing?.message.contains("--join nonsense: ") == true)
        // What may be a token but for its beginning is not repeated.
        let mistyped = commandFailure { _ = try read("sweep2." + String(repeating: "s", count: 120)) }
        #expect(mistyped?.message.contains("sssss") == false)
    }

    @Test func `a file that others can read is told`() throws {
        let file = try directory.write("sweep1.abc", to: "token")
        chmod(file, 0o644)
        #expect(try TokenSource(join: file, environment: [:]).isOpenToOthers)
        chmod(file, 0o600)
        #expect(try !TokenSource(join: file, environment: [:]).isOpenToOthers)
        #expect(try !TokenSource(join: "-", environment: [:]).isOpenToOthers)
    }
}

/// The coordinator gets another key.
struct RotateCommandTests {
    private let directory = TemporaryDirectory()
    private let store: KeyStore
    private let begin = WallTime(milliseconds: 1_764_237_600_000)

    init() throws {
        store = try KeyStore(directory: "\(directory.path)/keys")
    }

    private var place: Result<String, TransportError> { .success(store.directory) }

    @Test func `a rotation says when the old key ends, and for whom`() throws {
        _ = try store.invite(KeyName("gpu"), at: begin)
        let lines = try KeyCommands.rotate(grace: "2h", in: place, at: begin)
        let digest = KeyDigest(of: try #require(try store.rotation()).next.publicKey)
        #expect(
            lines == [
                "The coordinator's key changes at 2025-11-27T12:00:00Z (to \(digest)). Workers that are connected at "
                    + "some time until then go on with the new one; any other one needs a new token.",
                "1 open invite ends with the old key: sweep invite makes new ones from then on.",
            ])
        #expect(try store.rotation()?.due == begin + .seconds(7200))
    }

    @Test func `a day is given where nothing is said`() throws {
        _ = try KeyCommands.rotate(in: place, at: begin)
        #expect(try store.rotation()?.due == begin + .seconds(86_400))
    }

    @Test func `the list of keys shows the change with both keys and the time`() throws {
        let old = KeyDigest(of: try store.coordinatorKeys(at: begin).publicKey)
        #expect(try !KeyList(in: place, at: begin).text.contains("changing"))
        _ = try KeyCommands.rotate(grace: "1h", in: place, at: begin)
        let new = KeyDigest(of: try #require(try store.rotation()).next.publicKey)
        let list = try KeyList(in: place, at: begin)
        #expect(
            list.text.hasPrefix(
                "The coordinator's key is changing: old (\(old)) until 2025-11-27T11:00:00Z, then \(new).\n\nNo invites"
            ))
        #expect(
            try list.json().contains(#""rotation":{"new_key":"\#(new)","old_key":"\#(old)","old_until":"2025-11-27T11"#)
        )
    }

    @Test func `a second one is refused, and the first one can be ended at once`() throws {
        _ = try KeyCommands.rotate(grace: "1h", in: place, at: begin)
        let refusal = commandFailure { _ = try KeyCommands.rotate(grace: "1h", in: place, at: begin + .seconds(1)) }
        #expect(refusal?.exitCode == .usage && refusal?.message.contains("sweep keys rotate --now") == true)
        let lines = try KeyCommands.rotate(endsNow: true, in: place, at: begin + .seconds(2))
        #expect(lines.count == 1 && lines[0].hasPrefix("The coordinator's key changes now"))
        #expect(try store.rotation()?.due == begin + .seconds(2))
    }

    @Test func `at once means at once also where nothing was under way`() throws {
        let lines = try KeyCommands.rotate(endsNow: true, in: place, at: begin)
        #expect(lines[0].contains("any other one needs a new token"))
        #expect(try store.rotation()?.due == begin)
    }

    @Test(arguments: ["", "0s", "1w", "366d", "never", "-1h"])
    func `another time is refused with what would be right`(grace: String) throws {
        let failure = commandFailure { _ = try KeyCommands.rotate(grace: grace, in: place, at: begin) }
        #expect(failure?.exitCode == .usage && failure?.message.contains("90s, 30m, 24h or 7d") == true)
        #expect(try store.rotation() == nil)
    }

    @Test func `a time and at once contradict each other`() {
        #expect(
            commandFailure { _ = try KeyCommands.rotate(grace: "1h", endsNow: true, in: place) }?.exitCode == .usage)
    }

    @Test func `nobody gets a key who has none`() {
        let nowhere = Result<String, TransportError>.success("\(directory.path)/none")
        let failure = commandFailure { _ = try KeyCommands.rotate(in: nowhere) }
        #expect(failure?.message.contains("XDG_CONFIG_HOME") == true)
        #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/none"))
    }
}
