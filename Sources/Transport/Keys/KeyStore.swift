import Experiment
import Glibc
import HostSystem
import Synchronization

/// The keys of one user: the coordinator's own, those of the workers that it admits, and the invites with which more
/// come.
///
/// They lie in a directory that only the user can open: `coordinator.secret`, and beside it what comes after it and
/// what came before (`KeyStore+Rotation.swift`); in `workers/` the public key of each
/// admitted worker, in a file named for it; in `invites/` what each invite allows and who claimed it, without the key
/// that the token carries; in `revoked/` the digests of keys that were admitted. The files are the truth and are read
/// again when they have changed, so that `sweep invite` in another process, or the removal of a file, acts on a
/// coordinator that runs. Where they cannot be read, nobody is admitted.
public final class KeyStore: Sendable {
    /// Whether the holder of a key may speak.
    public enum Admission: Sendable, Equatable {
        case worker(KeyName)
        /// Only to ask for admission: with the key that the token of this invite carries.
        case invite(KeyName)
        case revoked
        case unknown
        /// The files could not be read, so nobody is let in.
        case unavailable(TransportError)
    }

    struct Places: Sendable {
        let home: PrivateDirectory
        let workers: PrivateDirectory
        let invites: PrivateDirectory
        let revoked: PrivateDirectory
    }

    let places: Places
    private let cache = Mutex(KeyCache())

    /// The directories within that of the store.
    package static let parts = ["workers", "invites", "revoked"]

    /// Opens the store, and makes its directories where they are missing.
    ///
    /// - Throws: `unsafeKeys` where others have access to it, `fileSystem` where it cannot be made.
    public init(directory: String) throws(TransportError) {
        places = Places(
            home: try PrivateDirectory(creating: directory),
            workers: try PrivateDirectory(creating: "\(directory)/workers"),
            invites: try PrivateDirectory(creating: "\(directory)/invites"),
            revoked: try PrivateDirectory(creating: "\(directory)/revoked"))
    }

    /// Where the keys of this user are: `$XDG_CONFIG_HOME/sweep/keys`, else `~/.config/sweep/keys`.
    ///
    /// - Throws: `fileSystem` where neither is known.
    public static func defaultDirectory(_ directories: UserDirectories) throws(TransportError) -> String {
        guard let directory = directories.keys else {
            throw TransportError(
                .fileSystem, "there is no place for keys: this user has no home directory",
                remedy: "set XDG_CONFIG_HOME to a directory of yours that can be written")
        }
        return directory
    }

    /// The store in a directory; `nil` where there is none. Makes no directory of that name.
    ///
    /// - Throws: `TransportError` where it is there and cannot be opened, or is unsafe.
    public static func existing(in directory: String) throws(TransportError) -> KeyStore? {
        access(directory, F_OK) == 0 ? try KeyStore(directory: directory) : nil
    }

    /// The public key of the coordinators that use this directory; `nil` where none did so far. Makes nothing.
    ///
    /// - Throws: `TransportError` where the directory or the key is there and cannot be read, or is unsafe.
    public static func coordinatorKey(in directory: String) throws(TransportError) -> CurvePublicKey? {
        try existing(in: directory)?.presentKey()
    }

    /// The public key of the coordinators now; `nil` where there was none so far. Makes nothing.
    ///
    /// - Throws: as `coordinatorKey`.
    public func presentKey() throws(TransportError) -> CurvePublicKey? { try readCoordinatorKeys()?.publicKey }

    public var directory: String { places.home.path }

    /// The coordinator's key pair, made at the first use. Processes that ask at the same time get the same one. A
    /// rotation that should have ended long ago is finished first.
    ///
    /// - Throws: `TransportError` where they cannot be read or made, or others have access to them.
    public func coordinatorKeys(at now: WallTime = .now) throws(TransportError) -> CurveKeyPair {
        try finishRotation(at: now, slack: Self.rotationSlack)
        if let keys = try readCoordinatorKeys() { return keys }
        let made = try CurveKeyPair.generate()
        if try places.home.create(Self.secretFile, Array("\(made.secretKey.text)\n".utf8)) { return made }
        guard let keys = try readCoordinatorKeys() else {
            throw TransportError(
                .fileSystem, "\(directory)/\(Self.secretFile) came and went", remedy: "run the command again")
        }
        return keys
    }

    /// The key pair of the workers that a coordinator starts for `purpose`, which only this object admits. Nothing is
    /// written: the pair is derived from the coordinator's secret key (HKDF, RFC 5869), so that the next coordinator
    /// admits a worker that outlived the one that started it.
    ///
    /// - Throws: what `coordinatorKeys` throws.
    public func localWorkerKeys(_ name: KeyName, for purpose: String) throws(TransportError) -> CurveKeyPair {
        let keys = CurveKeyPair(secretKey: try coordinatorKeys().secretKey.derived(for: "own worker: \(purpose)"))
        cache.withLock { $0.admitTransient(keys.publicKey, as: name) }
        return keys
    }

    /// What nobody knows but the coordinators of this directory, another one for each purpose; derived as the keys of
    /// `localWorkerKeys` are.
    ///
    /// - Throws: what `coordinatorKeys` throws.
    public func secret(for purpose: String) throws(TransportError) -> String {
        try coordinatorKeys().secretKey.derived(for: "secret: \(purpose)").text
    }

    /// Admits a worker's key from now on, in every process that uses this directory: the whole of an admission, and all
    /// of it that earlier versions knew.
    ///
    /// - Returns: `false`, and nothing is changed, where the name is in use.
    /// - Throws: `TransportError` where the file cannot be written.
    package func admit(_ key: CurvePublicKey, as name: KeyName) throws(TransportError) -> Bool {
        try places.workers.create(name.rawValue, Array("\(key.text)\n".utf8))
    }

    /// Whether the holder of `key` may speak now: a few system calls, while nothing changes.
    public func admission(of key: CurvePublicKey) -> Admission {
        do {
            return try table(examiningFiles: false).admission(of: key)
        } catch {
            return .unavailable(error)
        }
    }

    /// Who may speak now.
    ///
    /// - Parameter examiningFiles: also finds a file that was overwritten in its place, for a system call each.
    /// - Throws: where the files cannot be read, so that nobody may speak.
    func table(examiningFiles: Bool) throws(TransportError) -> KeyTable {
        try cache.withLock { (cache) throws(TransportError) in
            try cache.refresh(from: places, examiningFiles: examiningFiles)
            return cache.table
        }
    }

    /// The name of the file in the directory that holds the secret.
    package static let secretFile = "coordinator.secret"

    func writeSecret(_ keys: CurveKeyPair) throws(TransportError) {
        try places.home.replace(Self.secretFile, with: Array("\(keys.secretKey.text)\n".utf8))
    }

    func readCoordinatorKeys() throws(TransportError) -> CurveKeyPair? {
        guard let bytes = try places.home.read(Self.secretFile, byteLimit: 64) else { return nil }
        do {
            return CurveKeyPair(secretKey: try CurveSecretKey(keyText(bytes)))
        } catch {
            throw TransportError(
                .invalidKey, "\(directory)/\(Self.secretFile) holds no CURVE key",
                remedy: "move it away; a new one is made, and workers must be invited again")
        }
    }
}

/// What a key store knows of its files.
private struct KeyCache {
    private(set) var table = KeyTable()
    private var workers = KeyFolder<AdmittedKey>()
    private var invites = KeyFolder<KeyDigest>()
    private var revoked = KeyFolder<KeyDigest>()

    mutating func admitTransient(_ key: CurvePublicKey, as name: KeyName) {
        table.admitTransient(key, as: name)
    }

    mutating func refresh(from places: KeyStore.Places, examiningFiles: Bool) throws(TransportError) {
        // Revocations first: a key that is revoked meanwhile is out in either case, since its file goes last.
        let changes = [
            try revoked.refresh(from: places.revoked, examiningFiles: examiningFiles, byteLimit: nil) { name, _ in
                KeyDigest(rawValue: name.rawValue)
            },
            try workers.refresh(from: places.workers, examiningFiles: examiningFiles, byteLimit: 64) { _, bytes in
                AdmittedKey(bytes)
            },
            try invites.refresh(
                from: places.invites, examiningFiles: examiningFiles, byteLimit: Invite.byteLimit
            ) { name, bytes in Invite(name, fileText: String(decoding: bytes, as: UTF8.self))?.key },
        ]
        guard changes.contains(true) else { return }
        table.update(
            workers: workers.contents, invites: invites.contents, revoked: Set(revoked.contents.map(\.content)))
    }
}
