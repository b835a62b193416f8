import Experiment

/// What the files of one directory of a key store say, and what is wrong with those that say nothing.
///
/// One file that is broken does not keep the others out of a list, and is not passed over in silence either.
struct KeyListing<Entry> {
    private(set) var entries: [Entry] = []
    /// A fault for each file that is there and cannot be read or understood. It names the file and the remedy.
    private(set) var faults: [TransportError] = []

    /// Adds what `read` finds: an entry, nothing where the file has gone meanwhile, or the file's fault.
    ///
    /// - Throws: where the system lacked something for a moment, so that nothing is known of the file.
    mutating func add(_ read: () throws(TransportError) -> Entry?) throws(TransportError) {
        do throws(TransportError) {
            if let entry = try read() { entries.append(entry) }
        } catch {
            if error.isForWant { throw error }
            faults.append(error)
        }
    }
}

extension KeyStore {
    /// What is wrong with files of the store that say nothing of use. Each fault names the file and the remedy.
    ///
    /// - Throws: `TransportError` where a directory cannot be read.
    public func faults() throws(TransportError) -> [TransportError] {
        try inviteListing().faults + workerListing().faults + revocationListing().faults
    }

    /// Sorted by name. A file whose name no invite can have is nobody's.
    func inviteListing() throws(TransportError) -> KeyListing<Invite> {
        var listing = KeyListing<Invite>()
        for (name, _) in try places.invites.files() {
            guard let name = KeyName(rawValue: name) else { continue }
            try listing.add { () throws(TransportError) in try readInvite(name) }
        }
        return listing
    }

    /// Sorted by name.
    func workerListing() throws(TransportError) -> KeyListing<AdmittedWorker> {
        var listing = KeyListing<AdmittedWorker>()
        for (name, stamp) in try places.workers.files() {
            guard let name = KeyName(rawValue: name) else { continue }
            try listing.add { () throws(TransportError) in
                guard let bytes = try places.workers.read(name.rawValue, byteLimit: 64) else { return nil }
                guard let key = AdmittedKey(bytes) else {
                    throw TransportError(
                        .invalidKey, "\(places.workers.path)/\(name) holds no key, and admits nobody",
                        remedy: "move it away, and invite the worker again")
                }
                return (name: name, digest: key.digest, since: WallTime(milliseconds: 0) + stamp.modified)
            }
        }
        return listing
    }

    /// Sorted by digest.
    func revocationListing() throws(TransportError) -> KeyListing<RevokedKey> {
        var listing = KeyListing<RevokedKey>()
        for (name, _) in try places.revoked.files() {
            guard let worker = KeyDigest(rawValue: name) else { continue }
            try listing.add { () throws(TransportError) in
                guard let bytes = try places.revoked.read(name, byteLimit: RevokedKey.byteLimit) else { return nil }
                guard let key = RevokedKey(worker, fileText: String(decoding: bytes, as: UTF8.self)) else {
                    throw TransportError(
                        .fileSystem,
                        "\(places.revoked.path)/\(name) does not say who revoked the key, which stays revoked",
                        remedy: "leave it there")
                }
                return key
            }
        }
        return listing
    }
}
