import Crypto
import Experiment
import Glibc

/// The key pair that a worker made for itself, kept for its restarts: so that it uses the invite of its token once.
///
/// Its file lies in a directory that only the user can open, and is named by a digest of the token, by what the worker
/// is called, and by a number: workers of one host, or of several hosts with one home, never share a key. Whoever has a
/// key holds the lock of its file until the process ends.
///
/// Beside it, `.coordinator` has the keys of the coordinator where these are not that of the token any more: a worker
/// that is started again with its old token finds its coordinator.
public final class WorkerKeyFile: Sendable {
    public let keys: CurveKeyPair
    /// By which the coordinator was known when the file was opened.
    public let trusted: TrustedKeys
    /// Whether the pair was made just now, so that no coordinator knows it.
    public let isNew: Bool
    private let directory: PrivateDirectory
    private let name: String
    private let descriptor: Int32

    /// Takes the first pair that no running worker has, or makes one.
    ///
    /// - Parameters:
    ///   - path: the directory, which is made where it is missing.
    ///   - worker: what the worker is called: letters, digits, `-`, `_` and `.`.
    /// - Throws: `unsafeKeys` where others have access, `fileSystem` where files cannot be made or locked, `invalidKey`
    ///   where one is damaged, or that of the coordinator's keys cannot be read. The token's key is not taken in their
    ///   place: where the coordinator has another one now, it would be refused, with a reason that is not the true one.
    public init(in path: String, for token: JoinToken, worker: String) throws(TransportError) {
        directory = try PrivateDirectory(creating: path)
        let digest = SHA256.hash(data: Array("sweep worker key: \(token.encoded)".utf8))
        let stem = "\(hexText(digest.prefix(16)))-\(worker.prefix(64))"
        var number = 1
        while true {
            let name = "\(stem).\(number)"
            if let taken = try Self.take(name, in: directory) {
                self.name = name
                (keys, descriptor, isNew) = taken
                do throws(TransportError) {
                    trusted = try Self.trusted(beside: name, in: directory) ?? TrustedKeys(token.coordinatorKey)
                } catch {
                    // Nobody else closes it: an initializer that throws at this point runs no `deinit`.
                    close(descriptor)
                    throw error
                }
                return
            }
            number += 1
        }
    }

    deinit {
        close(descriptor)
    }

    /// Forgets the pair: the next worker makes another one.
    ///
    /// - Throws: `fileSystem` where the file cannot be removed.
    public func remove() throws(TransportError) {
        _ = try directory.remove(name)
        _ = try directory.remove(Self.trustFile(of: name))
    }

    /// Keeps the keys of the coordinator: on the disk when it returns.
    ///
    /// - Throws: `fileSystem` where the file cannot be written.
    public func store(_ trusted: TrustedKeys) throws(TransportError) {
        try directory.replace(Self.trustFile(of: name), with: Array(trusted.fileText.utf8))
    }

    private static func trustFile(of name: String) -> String { "\(name).coordinator" }

    /// The keys of the coordinator that were kept; `nil` where there are none, so that the token's counts.
    private static func trusted(
        beside name: String, in directory: PrivateDirectory
    ) throws(TransportError) -> TrustedKeys? {
        let file = trustFile(of: name)
        let remedy = "remove it, and join with a new token where the coordinator's key has changed"
        let bytes: [UInt8]?
        do throws(TransportError) {
            bytes = try directory.read(file, byteLimit: TrustedKeys.byteLimit)
        } catch  where error.code == .fileSystem {
            // Not `fileSystem`, which says that there is no place for keys: the worker's own is there.
            throw TransportError(
                .invalidKey, "\(directory.path)/\(file), which has the coordinator's keys, cannot be read",
                systemCode: error.systemCode, remedy: "make it readable, or \(remedy)")
        }
        guard let bytes else { return nil }
        guard let keys = TrustedKeys(fileText: String(decoding: bytes, as: UTF8.self)) else {
            throw TransportError(
                .invalidKey, "\(directory.path)/\(file) does not hold the coordinator's keys", remedy: remedy)
        }
        return keys
    }

    /// `nil` where another worker has it.
    private static func take(
        _ name: String, in directory: PrivateDirectory
    ) throws(TransportError) -> (CurveKeyPair, Int32, isNew: Bool)? {
        let made = try CurveKeyPair.generate()
        let isNew = try directory.create(name, Array("\(made.secretKey.text)\n".utf8))
        // Where the file was removed in between, another worker had it and has no use for it any more.
        guard let (descriptor, bytes) = try directory.hold(name, byteLimit: 64), descriptor >= 0 else { return nil }
        guard let secret = try? CurveSecretKey(keyText(bytes)) else {
            close(descriptor)
            throw TransportError(
                .invalidKey, "\(directory.path)/\(name) holds no key", remedy: "remove it, and join with a new token")
        }
        return (CurveKeyPair(secretKey: secret), descriptor, isNew)
    }
}
