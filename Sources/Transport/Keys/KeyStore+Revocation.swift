import Experiment

// Who goes out, and who is in.

extension KeyStore {
    /// A worker's name, the digest of its key, and when its file was written.
    public typealias AdmittedWorker = (name: KeyName, digest: KeyDigest, since: WallTime)

    /// What a name stood for that was revoked.
    public enum Revoked: Sendable, Equatable {
        /// The invite lets nobody in any more; those who came with it stay.
        case invite(KeyName)
        /// The key is admitted no more, or never will be.
        case worker(KeyName, KeyDigest)
    }

    /// Ends the admission of a worker's key, an invite, or both where one name is that of an invite and of the worker
    /// that came with it. It holds also for connections that exist.
    ///
    /// - Parameter choice: a name, or the beginning of a key's digest.
    /// - Returns: what it was, and how many workers that came with a revoked invite stay admitted.
    /// - Throws: `unknownName` where nothing is meant, `ambiguousName` with the candidates.
    public func revoke(
        _ choice: String, _ revocation: Revocation
    ) throws(TransportError) -> (revoked: [Revoked], stayingCount: Int) {
        try places.invites.locked { () throws(TransportError) in
            let targets = try targets(of: choice)
            guard let first = targets.first else {
                throw Self.unknown(
                    "no worker and no invite is named \(choice)",
                    try inviteListing().faults + workerListing().faults)
            }
            guard targets.allSatisfy({ $0.name == first.name }) else {
                throw Self.ambiguous(choice, targets.map { "\($0.name) (\($0.digest))" })
            }
            var stayingCount = 0
            for target in targets {
                switch target {
                case .worker(let name, let digest): try revokeWorker(digest, name, revocation)
                case .invite(let found):
                    // Whose worker may have been revoked just now.
                    var invite = try readInvite(found.name) ?? found
                    invite.revoke(revocation)
                    try store(invite)
                    let workers = Set(try workerNames())
                    stayingCount += invite.claims.count { workers.contains($0.label) }
                }
            }
            return (targets.map(\.revoked), stayingCount)
        }
    }

    /// The names of the admitted workers, sorted.
    ///
    /// - Throws: `TransportError` where the directory cannot be read.
    public func workerNames() throws(TransportError) -> [KeyName] {
        try places.workers.files().compactMap { KeyName(rawValue: $0.name) }
    }

    /// The admitted workers, sorted by name. `faults` has what is wrong with files that admit nobody.
    ///
    /// - Throws: `TransportError` where the directory cannot be read.
    public func workers() throws(TransportError) -> [AdmittedWorker] { try workerListing().entries }

    /// The keys of workers that were revoked, the last one first.
    ///
    /// - Throws: `TransportError` where the directory cannot be read.
    public func revokedKeys() throws(TransportError) -> [RevokedKey] {
        try revocationListing().entries.sorted { $0.revocation.at > $1.revocation.at }
    }

    // MARK: Steps

    private enum Target {
        case worker(KeyName, KeyDigest)
        case invite(Invite)

        var name: KeyName {
            switch self {
            case .worker(let name, _): name
            case .invite(let invite): invite.name
            }
        }

        var digest: KeyDigest {
            switch self {
            case .worker(_, let digest): digest
            case .invite(let invite): invite.key
            }
        }

        var revoked: Revoked {
            switch self {
            case .worker(let name, let digest): .worker(name, digest)
            case .invite(let invite): .invite(invite.name)
            }
        }
    }

    /// By name where it is one; else by the digests, each key once.
    private func targets(of choice: String) throws(TransportError) -> [Target] {
        let invites = try invites()
        let admitted = try workers().map { Target.worker($0.name, $0.digest) }
        let known = Set(admitted.map(\.digest))
        let claimed = invites.flatMap(\.claims).filter { $0.state != .admitted && !known.contains($0.worker) }
        let workers = admitted + claimed.map { Target.worker($0.label, $0.worker) }
        let all = workers + invites.map(Target.invite)
        let named = all.filter { $0.name.rawValue == choice }
        guard named.isEmpty, KeyDigest.isPrefix(choice) else { return named }
        return all.filter { $0.digest.rawValue.hasPrefix(choice) }
    }

    /// Stores that the key is revoked before its file goes: a crash in between leaves nothing but the file,
    /// which then admits nobody.
    private func revokeWorker(
        _ digest: KeyDigest, _ name: KeyName, _ revocation: Revocation
    ) throws(TransportError) {
        let revoked = RevokedKey(worker: digest, label: name, revocation: revocation)
        _ = try places.revoked.create(digest.rawValue, Array(revoked.fileText.utf8))
        for worker in try workers() where worker.digest == digest {
            _ = try places.workers.remove(worker.name.rawValue)
        }
        for var invite in try invites()
        where invite.claims.contains(where: { $0.worker == digest && $0.state == .waiting }) {
            invite.drop(digest)
            try store(invite)
        }
    }
}
