import Logging
import Transport

/// The key pair under which a worker works, and where it comes from.
struct WorkerKeys {
    private enum Source {
        /// The token of a local worker has the pair itself.
        case token
        case file(WorkerKeyFile)
        /// There is no place for a file: the pair lasts as long as this process.
        case memory
    }

    private(set) var keys: CurveKeyPair
    /// By which the coordinator is known.
    private(set) var trusted: TrustedKeys
    private var source: Source
    /// Whether no coordinator was ever asked for the pair's admission.
    private(set) var isNew: Bool
    /// Whether this process has asked for it.
    private var isAdmitted = false
    private let token: JoinToken

    /// - Throws: where no pair can be made; `unsafeKeys` where others could read its file, `invalidKey` where it,
    ///   or that of the coordinator's keys, is damaged.
    init(_ configuration: WorkerConfiguration, log: Logger) throws(TransportError) {
        token = configuration.token
        trusted = TrustedKeys(token.coordinatorKey)
        guard !configuration.hasStarter else {
            (keys, source, isNew) = (token.workerKeys, .token, false)
            return
        }
        do throws(TransportError) {
            guard let directory = configuration.keyDirectory else {
                throw TransportError(.fileSystem, "this user has no home directory")
            }
            let file = try WorkerKeyFile(in: directory, for: token, worker: configuration.keyLabel)
            (keys, source, isNew) = (file.keys, .file(file), file.isNew)
            trusted = file.trusted
        } catch  where error.code == .fileSystem {
            log.warning(
                "this worker's key is in memory alone: once it ends, it needs a new token",
                metadata: ["why": "\(error)"])
            (keys, source, isNew) = (try .generate(), .memory, true)
        }
    }

    /// Whether a coordinator that does not know the pair may still be asked to admit it.
    var mayBeUnknown: Bool {
        if case .token = source { false } else { !isAdmitted }
    }

    /// The token's pair is a worker's own, and is used from now on.
    mutating func useToken(log: Logger) {
        if case .file(let file) = source {
            do {
                try file.remove()
            } catch {
                log.info("a key that is not used stays there", metadata: ["why": "\(error)"])
            }
        }
        (keys, source, isNew) = (token.workerKeys, .token, false)
    }

    /// Keeps the keys by which the coordinator is known: on the disk when it returns, where the worker's own is.
    ///
    /// - Throws: where the disk does not take them; they last as long as this process then.
    mutating func keep(_ trusted: TrustedKeys) throws(TransportError) {
        guard trusted != self.trusted else { return }
        if case .file(let file) = source { try file.store(trusted) }
        self.trusted = trusted
    }

    mutating func recordAdmission() { (isNew, isAdmitted) = (false, true) }
}
