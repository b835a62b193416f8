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

    /// A key that is admitted, was claimed for a worker that is not in, or was revoked.
    public struct KnownKey: Sendable, Hashable {
        public let digest: KeyDigest
        /// Under which it is admitted, asked to be, or was until it was revoked.
        public let label: KeyName
        public let isRevoked: Bool
    }

    /// Ends the admission of a worker's key, an invite, or both. It holds also for connections that exist.
    ///
    /// - Returns: what was ended, and how many workers that came with a revoked invite stay admitted.
    /// - Throws: `unknownName`, and nothing is changed, where the key is neither admitted nor claimed, or the invite is
    ///   gone.
    public func revoke(
        worker: KeyDigest?, invite: KeyName?, _ revocation: Revocation
    ) throws(TransportError) -> (revoked: [Revoked], stayingCount: Int) {
        try places.invites.locked { () throws(TransportError) in
            if let invite, try readInvite(invite) == nil {
                throw Self.unknown("no invite is named \(invite)", try inviteListing().faults)
            }
            var revoked: [Revoked] = []
            if let worker {
                let label = try label(of: worker)
                try revokeWorker(worker, label, revocation)
                revoked.append(.worker(label, worker))
            }
            // Read after that: its worker may have been turned away just now.
            guard let invite, var state = try readInvite(invite) else { return (revoked, 0) }
            state.revoke(revocation)
            try store(state)
            let workers = Set(try workerNames())
            return (revoked + [.invite(invite)], state.claims.count { workers.contains($0.label) })
        }
    }

    /// Every key that the store knows, admitted ones first. `faults` has what is wrong with files that say nothing.
    ///
    /// - Throws: `TransportError` where a directory cannot be read.
    public func knownKeys() throws(TransportError) -> [KnownKey] {
        let admitted = try workers().map { KnownKey(digest: $0.digest, label: $0.name, isRevoked: false) }
        let revoked = try revokedKeys().map { KnownKey(digest: $0.worker, label: $0.label, isRevoked: true) }
        let known = Set((admitted + revoked).map(\.digest))
        let claims = try invites().flatMap(\.claims).filter { $0.state != .admitted && !known.contains($0.worker) }
        let claimed = claims.map { KnownKey(digest: $0.worker, label: $0.label, isRevoked: false) }
        // Where a crash left the file of a revoked key, to revoke it again takes the file away.
        let present = Set(admitted.map(\.digest))
        return admitted + claimed + revoked.filter { !present.contains($0.digest) }
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

    private func label(of worker: KeyDigest) throws(TransportError) -> KeyName {
        guard let key = try knownKeys().first(where: { $0.digest == worker && !$0.isRevoked }) else {
            throw Self.unknown(
                "no worker has the key \(worker)", try inviteListing().faults + workerListing().faults)
        }
        return key.label
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
