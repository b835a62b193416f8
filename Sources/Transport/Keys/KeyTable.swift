import Experiment

/// Who may speak, as the files of a key store said when they were read last.
///
/// A value: who holds one answers for each message without a lock and without a look at the files.
struct KeyTable: Sendable {
    /// Counts the tables that differed from the one before.
    private(set) var generation = 0
    /// Derived keys, which no file tells of.
    private(set) var transient: [CurvePublicKey: KeyName] = [:]
    private(set) var workers: [CurvePublicKey: KeyName] = [:]
    private var invites: [KeyDigest: KeyName] = [:]
    private var revoked: Set<KeyDigest> = []

    func admission(of key: CurvePublicKey) -> KeyStore.Admission {
        if let name = transient[key] ?? workers[key] { return .worker(name) }
        let digest = KeyDigest(of: key)
        if revoked.contains(digest) { return .revoked }
        return invites[digest].map(KeyStore.Admission.invite) ?? .unknown
    }

    /// The keys that this table admits and `later` does not.
    func ended(by later: KeyTable) -> [(key: CurvePublicKey, name: KeyName)] {
        workers.filter { later.workers[$0.key] == nil }.map { ($0.key, $0.value) }.sorted { $0.name < $1.name }
    }

    mutating func admitTransient(_ key: CurvePublicKey, as name: KeyName) {
        transient[key] = name
        generation += 1
    }

    /// - Parameters:
    ///   - workers: by name, so that of two files with one key the first one names it.
    ///   - revoked: whose files may still be there, where a revocation was cut short.
    mutating func update(
        workers: [(name: KeyName, content: AdmittedKey)], invites: [(name: KeyName, content: KeyDigest)],
        revoked: Set<KeyDigest>
    ) {
        generation += 1
        let admitted = workers.filter { !revoked.contains($0.content.digest) }
        self.workers = Dictionary(admitted.map { ($0.content.key, $0.name) }) { first, _ in first }
        self.invites = Dictionary(invites.map { ($0.content, $0.name) }) { first, _ in first }
        self.revoked = revoked
    }
}

/// What the file of an admitted worker holds.
struct AdmittedKey: Sendable, Equatable {
    let key: CurvePublicKey
    let digest: KeyDigest

    init(_ key: CurvePublicKey) {
        self.key = key
        digest = KeyDigest(of: key)
    }

    init?(_ bytes: [UInt8]) {
        guard let key = try? CurvePublicKey(keyText(bytes)) else { return nil }
        self.init(key)
    }
}

/// The line of a file that holds one.
func keyText(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...], as: UTF8.self)
}
