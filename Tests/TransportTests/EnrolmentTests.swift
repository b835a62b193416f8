import Experiment
import Foundation
import Glibc
import Messages
import TestSupport
import Testing
import Transport

/// A worker that comes with an invite.
@Suite(.timeLimit(.minutes(1)))
struct EnrolmentTests {
    private let directory = TemporaryDirectory()
    private let store: KeyStore

    init() throws {
        store = try KeyStore(directory: "\(directory.path)/keys")
    }

    private func key() throws -> CurvePublicKey { try CurveKeyPair.generate().publicKey }

    private func enrol(
        _ key: CurvePublicKey, _ invite: KeyName, from address: String = "192.0.2.7", at now: WallTime = .now
    ) throws -> EnrolmentAnswer {
        try store.enrol(key, over: invite, from: address, at: now).answer
    }

    private func file(_ name: String) -> String { "\(directory.path)/keys/\(name)" }

    /// Changes a file as a crash or a person would leave it.
    private func edit(_ name: String, _ change: (String) -> String) throws {
        let text = try String(contentsOfFile: file(name), encoding: .utf8)
        let changed = change(text)
        #expect(changed != text)
        try changed.write(toFile: file(name), atomically: false, encoding: .utf8)
    }

    @Test
    func `a worker with an invite is admitted under a key of its own, and another one with the same token is not`()
        throws
    {
        let (invite, _) = try store.invite(try KeyName("gpu"))
        let (own, other) = (try key(), try key())
        #expect(try enrol(own, invite) == .enrolled(label: invite.rawValue))
        #expect(store.admission(of: own) == .worker(invite))
        let late = try store.enrol(other, over: invite, from: "192.0.2.9")
        guard case .used(let first, _) = late.answer else {
            Issue.record("\(late.answer)")
            return
        }
        #expect(first == "gpu" && late.invite?.firstUse?.address == "192.0.2.7" && late.isNew)
        #expect(try !store.enrol(other, over: invite, from: "192.0.2.9").isNew)
        #expect(store.admission(of: other) == .unknown)
        #expect(try store.invites().map { $0.latecomers.map(\.address) } == [["192.0.2.9"]])
    }

    @Test func `a worker with an invite gets the same answer again, in every process`() throws {
        let (invite, _) = try store.invite()
        let own = try key()
        #expect(try enrol(own, invite) == .enrolled(label: invite.rawValue))
        let successor = try KeyStore(directory: store.directory)
        let again = try successor.enrol(own, over: invite, from: "192.0.2.8")
        #expect(again.answer == .enrolled(label: invite.rawValue) && !again.isNew)
        #expect(try store.workerNames() == [invite])
    }

    /// Between the two files that are written.
    @Test func `a worker with an invite is let in after a crash by who asks again, and nobody else is`() throws {
        let (invite, _) = try store.invite()
        let own = try key()
        _ = try enrol(own, invite)
        unlink(file("workers/\(invite)"))
        try edit("invites/\(invite)") { $0.replacing("claim admitted", with: "claim approved") }
        #expect(store.admission(of: own) == .unknown)
        guard case .used = try enrol(try key(), invite) else {
            Issue.record("a second one was let in")
            return
        }
        #expect(try enrol(own, invite) == .enrolled(label: invite.rawValue))
        #expect(store.admission(of: own) == .worker(invite))
    }

    /// After both files, before the invite says that it was done.
    @Test func `a worker with an invite is let in after a crash that left the key's file`() throws {
        let (invite, _) = try store.invite()
        let own = try key()
        _ = try enrol(own, invite)
        try edit("invites/\(invite)") { $0.replacing("claim admitted", with: "claim approved") }
        #expect(try enrol(own, invite) == .enrolled(label: invite.rawValue))
        #expect(try store.invites().map { $0.claims.map(\.state) } == [[.admitted]])
        #expect(try store.workerNames() == [invite])
    }

    @Test func `a worker with an invite stays out once the file of its key was taken away`() throws {
        let (invite, _) = try store.invite()
        let own = try key()
        _ = try enrol(own, invite)
        unlink(file("workers/\(invite)"))
        #expect(try enrol(own, invite) == .revoked)
        #expect(store.admission(of: own) == .unknown)
    }

    @Test func `a worker with an invite stays in where somebody renamed the file of its key`() throws {
        let (invite, _) = try store.invite()
        let own = try key()
        _ = try enrol(own, invite)
        rename(file("workers/\(invite)"), file("workers/alice"))
        #expect(try enrol(own, invite) == .enrolled(label: invite.rawValue))
        #expect(try store.workerNames().map(\.rawValue) == ["alice"])
    }

    @Test func `a worker with an invite is refused when the invite has expired, by the coordinator's clock`() throws {
        let made = WallTime(milliseconds: 1_000_000)
        let (invite, _) = try store.invite(nil, Invite.Terms(lifetime: .seconds(60)), at: made)
        let expiry = WallTime(milliseconds: 1_060_000)
        #expect(try enrol(key(), invite, at: expiry) == .expired(atMilliseconds: 1_060_000, nowMilliseconds: 1_060_000))
        #expect(try store.workerNames().isEmpty)
    }

    @Test func `of many that come at the same time one is let in`() async throws {
        for _ in 0..<10 {
            let (invite, _) = try store.invite()
            let keys = try (0..<8).map { _ in try key() }
            let directory = store.directory
            let answers = try await withThrowingTaskGroup(of: EnrolmentAnswer.self) { group in
                for key in keys {
                    group.addTask {
                        // As processes that share the directory.
                        try KeyStore(directory: directory).enrol(key, over: invite, from: "").answer
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0 == .enrolled(label: invite.rawValue) } == 1)
            #expect(answers.count { if case .used = $0 { true } else { false } } == keys.count - 1)
            #expect(keys.count { store.admission(of: $0) == .worker(invite) } == 1)
        }
    }

    @Test func `several workers come with one invite, under names that collide with none`() throws {
        let (invite, _) = try store.invite(try KeyName("gpu"), Invite.Terms(useLimit: 3))
        _ = try store.admitWorker("gpu-1")
        _ = try store.invite(try KeyName("gpu-3"))
        var labels: [String] = []
        for _ in 0..<3 {
            guard case .enrolled(let label) = try enrol(try key(), invite) else { break }
            labels.append(label)
        }
        #expect(labels == ["gpu-2", "gpu-4", "gpu-5"])
    }

    @Test func `a worker with an invite waits until it is approved, by its name or its key`() throws {
        let (invite, _) = try store.invite(try KeyName("gpu"), Invite.Terms(useLimit: 2, needsApproval: true))
        let (own, other) = (try key(), try key())
        #expect(try enrol(own, invite) == .waiting(label: "gpu-1"))
        #expect(store.admission(of: own) == .unknown)
        #expect(try enrol(other, invite) == .waiting(label: "gpu-2"))
        #expect(try store.approve("gpu-1").rawValue == "gpu-1")
        #expect(store.admission(of: own) == .unknown, "until it asks again")
        #expect(try enrol(own, invite) == .enrolled(label: "gpu-1"))
        #expect(try store.approve(KeyDigest(of: other).short).rawValue == "gpu-2")
        #expect(try enrol(other, invite) == .enrolled(label: "gpu-2"))
        let error = #expect(throws: TransportError.self) { try store.approve("gpu-1") }
        #expect(error?.code == .unknownName)
    }

    @Test func `a worker with an invite that waits can be turned away, and so makes room`() throws {
        let (invite, _) = try store.invite(try KeyName("gpu"), Invite.Terms(needsApproval: true))
        let own = try key()
        _ = try enrol(own, invite)
        try store.revoke(KeyName("gpu-1"))
        #expect(try enrol(own, invite) == .revoked)
        #expect(store.admission(of: own) == .revoked)
        #expect(try store.invites().map(\.claims.isEmpty) == [true])
    }

    @Test
    func
        `a worker is refused with the token of an invite that was removed, revoked or is no file of ours`()
        throws
    {
        let (invite, keys) = try store.invite()
        try edit("invites/\(invite)") { _ in "garbage\n" }
        #expect(store.admission(of: keys.publicKey) == .unknown)
        #expect(throws: TransportError.self) { try store.enrol(key(), over: invite, from: "") }
        unlink(file("invites/\(invite)"))
        #expect(try enrol(key(), invite) == .revoked)
        let (second, _) = try store.invite()
        try store.revoke(second)
        #expect(try enrol(key(), second) == .revoked)
    }
}

/// A revocation.
struct RevocationTests {
    private let directory = TemporaryDirectory()
    private let store: KeyStore
    private let revocation = Revocation(by: "alice", at: WallTime(milliseconds: 7000), reason: "stolen")

    init() throws {
        store = try KeyStore(directory: directory.path)
    }

    private func enrolled(with invite: KeyName) throws -> CurvePublicKey {
        let key = try CurveKeyPair.generate().publicKey
        _ = try store.enrol(key, over: invite, from: "192.0.2.7")
        return key
    }

    @Test func `a revocation of a worker and its invite ends both, and says who, when and why`() throws {
        let (invite, _) = try store.invite(try KeyName("gpu"))
        let key = try enrolled(with: invite)
        let (revoked, staying) = try store.revoke(worker: KeyDigest(of: key), invite: invite, revocation)
        #expect(revoked == [.worker(invite, KeyDigest(of: key)), .invite(invite)] && staying == 0)
        #expect(store.admission(of: key) == .revoked)
        #expect(
            try store.revokedKeys() == [RevokedKey(worker: KeyDigest(of: key), label: invite, revocation: revocation)])
        #expect(try store.invites().first?.revocation == revocation)
        #expect(try store.enrol(key, over: invite, from: "").answer == .revoked)
        // The name is free again: its invite is over, and its worker gone.
        _ = try store.invite(invite)
    }

    @Test func `a revocation of an invite lets those stay who came with it`() throws {
        let (invite, _) = try store.invite(try KeyName("gpu"), Invite.Terms(useLimit: 5))
        let keys = try (0..<2).map { _ in try enrolled(with: invite) }
        let (revoked, staying) = try store.revoke(worker: nil, invite: invite, revocation)
        #expect(revoked == [.invite(invite)] && staying == 2)
        #expect(try store.admission(of: keys[1]) == .worker(KeyName("gpu-2")))
        #expect(try store.enrol(CurveKeyPair.generate().publicKey, over: invite, from: "").answer == .revoked)
        #expect(#expect(throws: TransportError.self) { try store.invite(invite) }?.code == .nameTaken)
    }

    @Test func `a revocation of a key leaves the invite open with which it came, and others in`() throws {
        let (invite, _) = try store.invite(try KeyName("gpu"), Invite.Terms(useLimit: 5))
        let keys = try (0..<2).map { _ in try enrolled(with: invite) }
        let (revoked, _) = try store.revoke(worker: KeyDigest(of: keys[0]), invite: nil, revocation)
        #expect(try revoked == [.worker(KeyName("gpu-1"), KeyDigest(of: keys[0]))])
        #expect(store.admission(of: keys[0]) == .revoked)
        #expect(try store.admission(of: keys[1]) == .worker(KeyName("gpu-2")))
        #expect(try store.invites().first?.isOver(at: .now) == false)
    }

    @Test func `a key is known whether it is admitted, waits or was revoked, and once`() throws {
        let (invite, _) = try store.invite(try KeyName("gpu"))
        let (waiting, _) = try store.invite(try KeyName("slow"), Invite.Terms(useLimit: 2, needsApproval: true))
        let keys = try [invite, waiting, waiting].map { KeyDigest(of: try enrolled(with: $0)) }
        _ = try store.revoke(worker: keys[2], invite: nil, revocation)
        let known = try store.knownKeys()
        #expect(known.map(\.digest) == keys && known.map(\.isRevoked) == [false, false, true])
        #expect(known.map(\.label.rawValue) == ["gpu", "slow-1", "slow-2"])
    }

    @Test func `a revocation that was cut short before the key's file went holds all the same`() throws {
        let (name, keys) = try store.admitWorker("gpu")
        let text = "\(keys.publicKey.text)\n"
        try store.revoke(name)
        try Data(text.utf8).write(to: URL(filePath: "\(directory.path)/workers/\(name)"))
        chmod("\(directory.path)/workers/\(name)", 0o600)
        #expect(store.admission(of: keys.publicKey) == .revoked)
        // Whatever its own file says.
        let file = "\(directory.path)/revoked/\(KeyDigest(of: keys.publicKey).rawValue)"
        try Data().write(to: URL(filePath: file))
        #expect(store.admission(of: keys.publicKey) == .revoked)
    }
}

/// The key that a worker made.
struct WorkerKeyFileTests {
    private let directory = TemporaryDirectory()
    private let token: JoinToken

    init() throws {
        token = try Self.token()
    }

    private static func token() throws -> JoinToken {
        try JoinToken(
            endpoint: Endpoint("tcp://192.0.2.1:5555"), coordinatorKey: CurveKeyPair.generate().publicKey,
            workerKeys: .generate())
    }

    private func take(_ token: JoinToken? = nil, _ worker: String = "north") throws -> WorkerKeyFile {
        try WorkerKeyFile(in: "\(directory.path)/keys", for: token ?? self.token, worker: worker)
    }

    @Test func `a worker's own key is found again when the worker has ended`() throws {
        var first: WorkerKeyFile? = try take()
        let key = try #require(first?.keys.publicKey)
        #expect(first?.isNew == true)
        first = nil
        let again = try take()
        #expect(again.keys.publicKey == key && !again.isNew)
    }

    @Test func `a worker's own key is shared by no two workers that run, on one host or several with one home`() throws
    {
        let workers = try [take(), take(), take(nil, "south"), take(Self.token())]
        #expect(Set(workers.map(\.keys.publicKey)).count == 4)
        #expect(workers.map(\.isNew) == [true, true, true, true])
    }

    @Test func `a worker's own key is readable by its user alone, and names neither token nor key`() throws {
        let file = try take()
        #expect(try directory.mode(of: "keys") == 0o700)
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/keys")
        try #require(names.count == 1 && names[0].hasSuffix("-north.1"))
        #expect(try directory.mode(of: "keys/\(names[0])") == 0o600)
        #expect(!names[0].contains(file.keys.publicKey.text.prefix(8)) && !names[0].contains(token.encoded.suffix(8)))
        chmod("\(directory.path)/keys", 0o755)
        #expect(#expect(throws: TransportError.self) { try take() }?.code == .unsafeKeys)
    }

    @Test func `a worker started again with its old token knows the keys that its coordinator named since`() throws {
        let next = try CurveKeyPair.generate().publicKey
        var file: WorkerKeyFile? = try take()
        #expect(file?.trusted == TrustedKeys(token.coordinatorKey))
        let learned = TrustedKeys(token.coordinatorKey, next: next)
        try file?.store(learned)
        file = nil
        file = try take()
        #expect(file?.trusted == learned)
        try file?.store(TrustedKeys(next))
        file = nil
        file = try take()
        #expect(file?.trusted == TrustedKeys(next))
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/keys").sorted()
        #expect(names.map { $0.hasSuffix("-north.1.coordinator") } == [false, true])
        #expect(try directory.mode(of: "keys/\(names[1])") == 0o600)
        try file?.remove()
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/keys").isEmpty)
    }

    @Test func `coordinator's keys that are damaged or cannot be read are told, and the token's is not taken for them`()
        throws
    {
        var file: WorkerKeyFile? = try take()
        let key = try #require(file?.keys.publicKey)
        let learned = TrustedKeys(token.coordinatorKey, next: try CurveKeyPair.generate().publicKey)
        try file?.store(learned)
        file = nil
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/keys").sorted()
        let path = try "\(directory.path)/keys/\(#require(names.last))"
        let good = try Data(contentsOf: URL(filePath: path))

        for text in ["", "nonsense", "sweep-coordinator-keys 1\npresent short\n"] {
            try Data(text.utf8).write(to: URL(filePath: path))
            let error = #expect(throws: TransportError.self) { try take() }
            #expect(error?.code == .invalidKey)
            #expect(
                "\(error!)".contains("\(path) does not hold the coordinator's keys; remove it, and join with a new"))
        }
        // Root reads every file, but no link is followed here.
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "elsewhere")
        let error = #expect(throws: TransportError.self) { try take() }
        #expect(error?.code == .invalidKey && error?.systemCode == ELOOP)

        try FileManager.default.removeItem(atPath: path)
        try good.write(to: URL(filePath: path))
        chmod(path, 0o600)
        file = try take()
        #expect(file?.trusted == learned && file?.keys.publicKey == key, "the same key, which nobody holds")
    }

    @Test func `a worker's own key is made anew where it was forgotten`() throws {
        var first: WorkerKeyFile? = try take()
        let key = try #require(first?.keys.publicKey)
        try first?.remove()
        first = nil
        let second = try take()
        #expect(second.isNew && second.keys.publicKey != key)
    }
}
