import Glibc
import HostSystem
import Synchronization

/// The keys of one user: the coordinator's own and the public keys of the workers that it admits.
///
/// They lie in a directory that only the user can open: `coordinator.secret`, and in `workers/` one file per admitted
/// key, named for it. The files are the truth and are read again whenever `workers/` changed, so that `sweep invite` in
/// another process, or the removal of a file, acts on a coordinator that runs. Where they cannot be read, nobody is
/// admitted.
public final class KeyStore: Sendable {
    /// Whether the holder of a key may speak.
    public enum Admission: Sendable, Equatable {
        case admitted(KeyName)
        case unknown
        /// The files could not be read, so nobody is let in.
        case unavailable(TransportError)
    }

    private let home: PrivateDirectory
    private let workers: PrivateDirectory
    private let cache = Mutex(AdmittedKeys())

    /// Opens the store, and makes its directories where they are missing.
    ///
    /// - Throws: `unsafeKeys` where others have access to it, `fileSystem` where it cannot be made.
    public init(directory: String) throws(TransportError) {
        home = try PrivateDirectory(creating: directory)
        workers = try PrivateDirectory(creating: "\(directory)/workers")
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

    /// The public key of the coordinators that use this directory; `nil` where none did so far. Makes nothing.
    ///
    /// - Throws: `TransportError` where the directory or the key is there and cannot be read, or is unsafe.
    public static func coordinatorKey(in directory: String) throws(TransportError) -> CurvePublicKey? {
        guard access(directory, F_OK) == 0 else { return nil }
        return try KeyStore(directory: directory).readCoordinatorKeys()?.publicKey
    }

    public var directory: String { home.path }

    /// The coordinator's key pair, made at the first use. Processes that ask at the same time get the same one.
    ///
    /// - Throws: `TransportError` where they cannot be read or made, or others have access to them.
    public func coordinatorKeys() throws(TransportError) -> CurveKeyPair {
        if let keys = try readCoordinatorKeys() { return keys }
        let made = try CurveKeyPair.generate()
        if try home.create(Self.secretFile, Array("\(made.secretKey.text)\n".utf8)) { return made }
        guard let keys = try readCoordinatorKeys() else {
            throw TransportError(
                .fileSystem, "\(directory)/\(Self.secretFile) came and went", remedy: "run the command again")
        }
        return keys
    }

    /// Makes a key pair and admits its public half from now on, in every process that uses this directory.
    ///
    /// - Parameter name: without one, a name is made up.
    /// - Throws: `nameTaken` where the name is in use.
    public func invite(_ name: KeyName? = nil) throws(TransportError) -> (name: KeyName, keys: CurveKeyPair) {
        let keys = try CurveKeyPair.generate()
        let name = name ?? .random()
        guard try workers.create(name.rawValue, Array("\(keys.publicKey.text)\n".utf8)) else {
            throw TransportError(
                .nameTaken, "a worker named \(name) is invited already",
                remedy: "choose another name")
        }
        return (name, keys)
    }

    /// The key pair of the workers that a coordinator starts for `purpose`, which only this object admits. Nothing is
    /// written: the pair is derived from the coordinator's secret key (HKDF, RFC 5869), so that the next coordinator
    /// admits a worker that outlived the one that started it.
    ///
    /// - Throws: what `coordinatorKeys` throws.
    public func localWorkerKeys(_ name: KeyName, for purpose: String) throws(TransportError) -> CurveKeyPair {
        let keys = CurveKeyPair(secretKey: try coordinatorKeys().secretKey.derived(for: "own worker: \(purpose)"))
        cache.withLock { $0.transient[keys.publicKey] = name }
        return keys
    }

    /// Whether the holder of `key` may speak now. Cheap enough for each message: one `stat` while nothing changes.
    public func admission(of key: CurvePublicKey) -> Admission {
        cache.withLock { $0.admission(of: key, in: workers) }
    }

    /// The name of the file in the directory that holds the secret.
    package static let secretFile = "coordinator.secret"

    private func readCoordinatorKeys() throws(TransportError) -> CurveKeyPair? {
        guard let bytes = try home.read(Self.secretFile, byteLimit: 64) else { return nil }
        do {
            return CurveKeyPair(secretKey: try CurveSecretKey(AdmittedKeys.keyText(bytes)))
        } catch {
            throw TransportError(
                .invalidKey, "\(directory)/\(Self.secretFile) holds no CURVE key",
                remedy: "move it away; a new one is made, and workers must be invited again")
        }
    }
}
