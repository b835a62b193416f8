import Experiment
import Foundation
import Glibc
import HostSystem
import TestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(1)))
struct KeyStoreTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = TemporaryDirectory()
        path = "\(directory.path)/config/sweep/keys"
    }

    private func open() throws -> KeyStore { try KeyStore(directory: path) }

    private func name(_ text: String) throws -> KeyName { try KeyName(text) }

    @Test func `a key store makes directories and files that only the user can open`() throws {
        let store = try open()
        _ = try store.coordinatorKeys()
        _ = try store.admitWorker("a")
        _ = try store.invite(name("b"))
        #expect(try directory.mode(of: "config") == 0o700)
        #expect(try directory.mode(of: "config/sweep/keys") == 0o700)
        #expect(try directory.mode(of: "config/sweep/keys/workers") == 0o700)
        #expect(try directory.mode(of: "config/sweep/keys/coordinator.secret") == 0o600)
        #expect(try directory.mode(of: "config/sweep/keys/workers/a") == 0o600)
        #expect(try directory.mode(of: "config/sweep/keys/invites") == 0o700)
        #expect(try directory.mode(of: "config/sweep/keys/invites/b") == 0o600)
        #expect(try directory.mode(of: "config/sweep/keys/revoked") == 0o700)
    }

    @Test func `a key store keeps the coordinator's key`() throws {
        let made = try open().coordinatorKeys()
        let found = try open().coordinatorKeys()
        #expect(found.publicKey == made.publicKey)
        #expect(found.secretKey.text == made.secretKey.text)
    }

    @Test func `a key store gives all who ask at the same time the same key, and leaves no other file`() async throws {
        for _ in 0..<20 {
            let directory = TemporaryDirectory()
            let found = try await withThrowingTaskGroup(of: CurvePublicKey.self) { group in
                for _ in 0..<8 {
                    group.addTask { try KeyStore(directory: directory.path).coordinatorKeys().publicKey }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(found.count == 1)
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
            #expect(names == ["coordinator.secret", "invites", "revoked", "workers"])
        }
    }

    @Test func `a key store admits a worker's key from then on, in every object that uses the directory`() throws {
        let (running, other) = (try open(), try open())
        let stranger = try CurveKeyPair.generate().publicKey
        #expect(running.admission(of: stranger) == .unknown)
        for index in 0..<5 {
            let (name, keys) = try other.admitWorker("worker-\(index)")
            #expect(running.admission(of: keys.publicKey) == .worker(name))
            #expect(running.admission(of: stranger) == .unknown)
        }
        #expect(try running.workerNames().map(\.rawValue) == (0..<5).map { "worker-\($0)" })
    }

    @Test func `a key store admits a revoked key no more, also by another file, and its name can be used again`() throws
    {
        let (running, other) = (try open(), try open())
        let (name, first) = try other.admitWorker("a")
        #expect(running.admission(of: first.publicKey) == .worker(name))
        try other.revoke(name)
        #expect(running.admission(of: first.publicKey) == .revoked)
        let (_, second) = try other.admitWorker("a")
        #expect(try other.admit(first.publicKey, as: self.name("b")))
        #expect(running.admission(of: first.publicKey) == .revoked)
        #expect(running.admission(of: second.publicKey) == .worker(name))
    }

    @Test func `a key store admits a key no more whose file another one overwrites in place, and the other one`() throws
    {
        let store = try open()
        let (name, first) = try store.admitWorker("a")
        var present = first.publicKey
        let file = "\(path)/workers/a"
        for _ in 0..<20 {
            #expect(store.admission(of: present) == .worker(name))
            let next = try CurveKeyPair.generate().publicKey
            let text = try String(contentsOfFile: file, encoding: .utf8).replacing(present.text, with: next.text)
            let handle = try #require(FileHandle(forWritingAtPath: file))
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
            #expect(store.admission(of: present) == .unknown)
            present = next
        }
        #expect(store.admission(of: present) == .worker(name))
        try FileManager.default.removeItem(atPath: file)
        #expect(store.admission(of: present) == .unknown)
    }

    /// As earlier versions wrote it: the public key and a line feed.
    @Test func `a key store admits the keys that earlier versions invited`() throws {
        let store = try open()
        let keys = try CurveKeyPair.generate()
        let file = "\(path)/workers/old"
        try Data("\(keys.publicKey.text)\n".utf8).write(to: URL(filePath: file))
        chmod(file, 0o600)
        #expect(try store.admission(of: keys.publicKey) == .worker(name("old")))
        unlink(file)
        #expect(store.admission(of: keys.publicKey) == .unknown)
    }

    @Test func `a key store knows an invite by its key, of which it keeps a digest alone`() throws {
        let (running, other) = (try open(), try open())
        let (name, keys) = try other.invite()
        #expect(running.admission(of: keys.publicKey) == .invite(name))
        let file = try String(contentsOfFile: "\(path)/invites/\(name)", encoding: .utf8)
        #expect(file.contains(KeyDigest(of: keys.publicKey).rawValue))
        #expect(!file.contains(keys.publicKey.text) && !file.contains(keys.secretKey.text))
    }

    @Test func `a file of a key store that says nothing is left out of the lists, and told of with its remedy`() throws
    {
        let store = try open()
        let (name, keys) = try store.admitWorker("gpu")
        try store.revoke(store.admitWorker("gone").name)
        #expect(try store.faults().isEmpty)
        for file in ["invites/old", "workers/noise", "revoked/\(KeyDigest(of: keys.publicKey).rawValue)"] {
            try Data("nonsense".utf8).write(to: URL(filePath: "\(path)/\(file)"))
            chmod("\(path)/\(file)", 0o600)
        }
        #expect(try store.invites().isEmpty && store.workers().map(\.name) == [name])
        #expect(try store.revokedKeys().map(\.label.rawValue) == ["gone"])
        let faults = try store.faults().map(\.description)
        try #require(faults.count == 3)
        #expect(faults[0].contains("invites/old") && faults[0].contains("move it away"))
        #expect(faults[1].contains("workers/noise") && faults[1].contains("move it away"))
        #expect(faults[2].contains("revoked/") && faults[2].contains("stays revoked"))
        let unreadable = #expect(throws: TransportError.self) {
            try store.revoke(worker: nil, invite: self.name("old"), Revocation(by: "a", at: .now, reason: ""))
        }
        #expect(unreadable?.context.contains("invites/old") == true)
        #expect(#expect(throws: TransportError.self) { try store.invite(KeyName("old")) }?.code == .nameTaken)
    }

    @Test func `a key store does not list a file that others can read, and says what makes it safe`() throws {
        let store = try open()
        let (name, _) = try store.admitWorker("gpu")
        chmod("\(path)/workers/\(name)", 0o644)
        #expect(try store.workers().isEmpty)
        #expect(try store.faults().map(\.remedy) == ["chmod 600 '\(path)/workers/\(name)'"])
    }

    @Test func `a key store makes up names that differ`() throws {
        let store = try open()
        let names = try (0..<20).map { _ in try store.invite().name }
        #expect(Set(names).count == 20)
        #expect(try store.invites().map(\.name) == names.sorted())
    }

    @Test func `a key store refuses a name in use, an unknown one and one that is no name`() throws {
        let store = try open()
        _ = try store.invite(name("a"))
        _ = try store.admitWorker("w")
        for taken in ["a", "w"] {
            #expect(#expect(throws: TransportError.self) { try store.invite(name(taken)) }?.code == .nameTaken)
        }
        let (stranger, why) = (try CurveKeyPair.generate().publicKey, Revocation(by: "a", at: .now, reason: ""))
        let revocations = [
            #expect(throws: TransportError.self) { try store.revoke(worker: nil, invite: name("b"), why) },
            #expect(throws: TransportError.self) {
                try store.revoke(worker: KeyDigest(of: stranger), invite: name("a"), why)
            },
        ]
        #expect(revocations.map(\.?.code) == [.unknownName, .unknownName])
        #expect(try store.invites().map(\.revocation) == [nil], "nothing of it is done")
        for text in ["", ".a", "..", "a/b", "a b", "é", String(repeating: "a", count: 65)] {
            #expect(#expect(throws: TransportError.self) { try KeyName(text) }?.code == .invalidName)
        }
    }

    @Test func `a key store admits its own worker by a key that its successor derives again, and nobody else does`()
        throws
    {
        let (running, next) = (try open(), try open())
        let keys = try running.localWorkerKeys(name("local"), for: "a")
        #expect(try running.admission(of: keys.publicKey) == .worker(name("local")))
        #expect(next.admission(of: keys.publicKey) == .unknown)
        let same = try next.localWorkerKeys(name("local"), for: "a")
        #expect(same.publicKey == keys.publicKey && same.secretKey.text == keys.secretKey.text)
        #expect(try next.admission(of: keys.publicKey) == .worker(name("local")))
        let another = try running.localWorkerKeys(name("local"), for: "b")
        let coordinator = try running.coordinatorKeys()
        #expect(Set([keys.publicKey, another.publicKey, coordinator.publicKey]).count == 3)
        #expect(try running.workerNames().isEmpty)
    }

    @Test func `coordinators of one directory have a secret for each purpose, and others have other ones`() throws {
        let store = try open()
        let secret = try store.secret(for: "audits")
        #expect(try open().secret(for: "audits") == secret, "also the next one")
        let elsewhere = TemporaryDirectory()
        let other = try KeyStore(directory: elsewhere.file("keys"))
        let keys = try store.coordinatorKeys()
        let local = try store.localWorkerKeys(name("local"), for: "audits")
        let all = [
            secret, try store.secret(for: "else"), try other.secret(for: "audits"), keys.secretKey.text,
            local.secretKey.text,
        ]
        #expect(Set(all).count == all.count)
    }

    @Test(arguments: [0o755, 0o750, 0o770, 0o701])
    func `a key store refuses a directory that others can look into`(mode: mode_t) throws {
        _ = try open()
        for part in ["", "/workers", "/invites", "/revoked"] {
            chmod(path + part, mode)
            let error = #expect(throws: TransportError.self) { try open() }
            #expect(error?.code == .unsafeKeys)
            #expect(error?.remedy == "chmod 700 '\(path)\(part)'")
            chmod(path + part, 0o700)
        }
    }

    @Test func `a key store admits nobody once its directory is opened to others`() throws {
        let store = try open()
        let (name, keys) = try store.admitWorker()
        #expect(store.admission(of: keys.publicKey) == .worker(name))
        chmod("\(path)/workers", 0o777)
        guard case .unavailable(let error) = store.admission(of: keys.publicKey) else {
            Issue.record("still admitted")
            return
        }
        #expect(error.code == .unsafeKeys)
        chmod("\(path)/workers", 0o700)
        #expect(store.admission(of: keys.publicKey) == .worker(name))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give one away"))
    func `a key store refuses a directory of somebody else`() throws {
        _ = try open()
        chown(path, 12345, 12345)
        #expect(#expect(throws: TransportError.self) { try open() }?.code == .unsafeKeys)
    }

    @Test func `a key store refuses a secret that others can read, that is a link, or that is no key`() throws {
        let store = try open()
        _ = try store.coordinatorKeys()
        let secret = "\(path)/coordinator.secret"
        chmod(secret, 0o644)
        #expect(#expect(throws: TransportError.self) { try store.coordinatorKeys() }?.code == .unsafeKeys)
        chmod(secret, 0o600)
        rename(secret, "\(path)/elsewhere")
        symlink("elsewhere", secret)
        #expect(#expect(throws: TransportError.self) { try store.coordinatorKeys() }?.code == .fileSystem)
        unlink(secret)
        try Data("garbage\n".utf8).write(to: URL(filePath: secret))
        chmod(secret, 0o600)
        let error = #expect(throws: TransportError.self) { try store.coordinatorKeys() }
        #expect(error?.code == .invalidKey)
        #expect(error?.description.contains("garbage") == false)
    }

    @Test func `a key store admits the others although one file holds no key`() throws {
        let store = try open()
        let (name, keys) = try store.admitWorker()
        let file = "\(path)/workers/bad"
        try Data("garbage".utf8).write(to: URL(filePath: file))
        chmod(file, 0o600)
        mkdir("\(path)/workers/directory", 0o700)
        #expect(store.admission(of: keys.publicKey) == .worker(name))
    }

    @Test func `a key store says which directory it cannot make`() throws {
        let blocker = "\(directory.path)/file"
        try Data().write(to: URL(filePath: blocker))
        let error = #expect(throws: TransportError.self) { try KeyStore(directory: "\(blocker)/keys") }
        #expect(error?.code == .fileSystem)
        #expect(error?.description.contains("\(blocker)/keys") == true)
        // Nobody can make a directory there, though its parent is one: it must not be tried for ever.
        let other = #expect(throws: TransportError.self) { try KeyStore(directory: "/proc/none/sweep/keys") }
        #expect(other?.description.contains("set XDG_CONFIG_HOME") == true)
    }

    @Test func `a key store lies where XDG says, else in the home`() throws {
        let configured = UserDirectories(environment: ["XDG_CONFIG_HOME": "/c", "HOME": "/h"])
        #expect(try KeyStore.defaultDirectory(configured) == "/c/sweep/keys")
        let nowhere = UserDirectories(environment: [:], databaseHome: nil)
        let error = #expect(throws: TransportError.self) { try KeyStore.defaultDirectory(nowhere) }
        #expect(error?.description.contains("XDG_CONFIG_HOME") == true)
    }

    @Test func `a key store is looked at for the coordinator's key without being made`() throws {
        let directory = "\(directory.path)/none/keys"
        #expect(try KeyStore.coordinatorKey(in: directory) == nil)
        #expect(access("\(self.directory.path)/none", F_OK) != 0)
        let store = try open()
        #expect(try KeyStore.coordinatorKey(in: store.directory) == nil)
        let keys = try store.coordinatorKeys()
        #expect(try KeyStore.coordinatorKey(in: store.directory) == keys.publicKey)
    }
}
