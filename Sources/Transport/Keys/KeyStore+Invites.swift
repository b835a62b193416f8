import Experiment
import Messages

// Who comes in: invites, and what their holders ask for.

extension KeyStore {
    /// What a worker's claim to an invite came to.
    public struct ClaimOutcome: Sendable, Equatable {
        public let answer: EnrolmentAnswer
        /// Whether this worker's key had not been heard of over this invite before.
        public let isNew: Bool
        /// As the files have it now; `nil` where it is gone.
        public let invite: Invite?
    }

    /// Makes an invite: a key pair whose secret half goes into a token, and of which only a digest stays.
    ///
    /// - Parameter name: without one, a name is made up. The name of an invite can be used again when the invite is
    ///   over and none of its workers is admitted any more.
    /// - Throws: `nameTaken` where the name is in use.
    public func invite(
        _ name: KeyName? = nil, _ terms: Invite.Terms = Invite.Terms(), at now: WallTime = .now
    ) throws(TransportError) -> (name: KeyName, keys: CurveKeyPair) {
        let keys = try CurveKeyPair.generate()
        return try places.invites.locked { () throws(TransportError) in
            let name = name ?? .random()
            let names = try NamesInUse(of: self, at: now)
            guard names.isFree(name) else {
                throw TransportError(
                    .nameTaken, "there is an invite or a worker named \(name) already", remedy: "choose another name")
            }
            var invite = Invite(name, key: KeyDigest(of: keys.publicKey), terms: terms, made: now)
            // Its token has the key that ends then; once it has ended, the next one.
            if let rotation = try rotation(), !rotation.isDue(at: now) { _ = invite.end(at: rotation.due) }
            try store(invite)
            return (name, keys)
        }
    }

    /// A worker asks over an invite's connection to be let in under a key of its own. Asked again, it gives the answer
    /// that it gave, and finishes what a crash cut short.
    ///
    /// Two files are written for one who comes in, each whole and flushed before the next step: that the invite is
    /// claimed, and the worker's key. Not the other way round: a crash in between would let a second one in.
    ///
    /// - Parameter address: the worker's.
    /// - Throws: `TransportError` where the files cannot be read or written; the worker may ask again.
    public func enrol(
        _ key: CurvePublicKey, over invite: KeyName, from address: String, at now: WallTime = .now
    ) throws(TransportError) -> ClaimOutcome {
        try places.invites.locked { () throws(TransportError) in
            let worker = KeyDigest(of: key)
            guard var state = try readInvite(invite) else {
                return ClaimOutcome(answer: .revoked, isNew: false, invite: nil)
            }
            if try places.revoked.read(worker.rawValue, byteLimit: 0) != nil {
                return ClaimOutcome(answer: .revoked, isNew: false, invite: state)
            }
            let names = try NamesInUse(of: self, at: now, except: invite)
            let (answer, isNew) = state.claim(by: worker, from: address, at: now, isFree: names.isFree)
            if isNew { try store(state) }
            guard case .enrolled = answer, let claim = state.claims.first(where: { $0.worker == worker }) else {
                return ClaimOutcome(answer: answer, isNew: isNew, invite: state)
            }
            let isAdmitted = try finishAdmission(of: AdmittedKey(key), as: claim.label, in: &state)
            let final = isAdmitted ? answer : .revoked
            return ClaimOutcome(answer: final, isNew: isNew, invite: state)
        }
    }

    /// Lets in one that waits for approval: it asks again by itself.
    ///
    /// - Parameter choice: its label, or the beginning of its key's digest.
    /// - Returns: its label.
    /// - Throws: `unknownName` where nobody of this name waits, `ambiguousName`, or `nameTaken` where all uses of the
    ///   invite are taken.
    public func approve(_ choice: String) throws(TransportError) -> KeyName {
        try places.invites.locked { () throws(TransportError) in
            let listing = try inviteListing()
            let waiting = listing.entries.flatMap { invite in
                invite.claims.filter { $0.state == .waiting }.map { (invite: invite, claim: $0) }
            }
            let named = waiting.filter { $0.claim.label.rawValue == choice }
            let candidates =
                named.isEmpty && KeyDigest.isPrefix(choice)
                ? waiting.filter { $0.claim.worker.rawValue.hasPrefix(choice) } : named
            guard let (found, claim) = candidates.first else {
                throw Self.unknown("no worker named \(choice) waits for approval", listing.faults)
            }
            guard candidates.count == 1 else {
                throw Self.ambiguous(choice, candidates.map { "\($0.claim.label) (\($0.claim.worker))" })
            }
            var invite = found
            guard invite.approve(claim.worker) else {
                throw TransportError(
                    .nameTaken, "all uses of the invite \(invite.name) are taken",
                    remedy: "make another one: sweep invite")
            }
            try store(invite)
            return claim.label
        }
    }

    /// The invites, sorted by name. `faults` has what is wrong with files that are none.
    ///
    /// - Throws: `TransportError` where the directory cannot be read.
    public func invites() throws(TransportError) -> [Invite] { try inviteListing().entries }

    // MARK: Steps

    /// Writes the worker's file, unless that was done before.
    ///
    /// - Returns: `false` where the file was written before and is gone: somebody took it away.
    private func finishAdmission(
        of worker: AdmittedKey, as label: KeyName, in invite: inout Invite
    ) throws(TransportError) -> Bool {
        let isFinished = invite.claims.contains { $0.worker == worker.digest && $0.state == .admitted }
        // A name that is in use is this key's, written before a crash; unless somebody put another one there by hand.
        let isMade = isFinished ? false : try admit(worker.key, as: label)
        if !isMade {
            let admitted = try workerListing()
            guard admitted.entries.contains(where: { $0.digest == worker.digest }) else {
                // The worker's key may be in a file that cannot be read.
                if let fault = admitted.faults.first { throw fault }
                return false
            }
        }
        if !isFinished {
            invite.recordAdmission(of: worker.digest)
            try store(invite)
        }
        return true
    }

    func readInvite(_ name: KeyName) throws(TransportError) -> Invite? {
        guard let bytes = try places.invites.read(name.rawValue, byteLimit: Invite.byteLimit) else { return nil }
        guard let invite = Invite(name, fileText: String(decoding: bytes, as: UTF8.self)) else {
            throw TransportError(
                .fileSystem, "\(places.invites.path)/\(name) is no invite of this version of sweep",
                remedy: "move it away, and invite again")
        }
        return invite
    }

    func store(_ invite: Invite) throws(TransportError) {
        try places.invites.replace(invite.name.rawValue, with: Array(invite.fileText.utf8))
    }

    /// - Parameter faults: of files that may have what is meant.
    static func unknown(_ context: String, _ faults: [TransportError]) -> TransportError {
        guard let fault = faults.first else {
            return TransportError(.unknownName, context, remedy: "choose one that 'sweep keys' lists")
        }
        return TransportError(
            .unknownName, "\(context), as far as files can be read: \(fault.context)", systemCode: fault.systemCode,
            remedy: fault.remedy)
    }

    static func ambiguous(_ choice: String, _ candidates: [String]) -> TransportError {
        TransportError(
            .ambiguousName, "'\(choice)' means several: \(candidates.joined(separator: ", "))",
            remedy: "write a whole name, or more of the digest")
    }
}

/// The names that stand for a worker or an invite, so that none comes to mean two of them.
private struct NamesInUse {
    private var names: Set<KeyName> = []

    /// - Parameter own: an invite whose own name may become its worker's.
    init(of store: KeyStore, at now: WallTime, except own: KeyName? = nil) throws(TransportError) {
        let workers = Set(try store.workerNames())
        names = workers
        let invites = try store.invites()
        // The name of a file that cannot be read is in use all the same.
        let files = try store.places.invites.files().compactMap { KeyName(rawValue: $0.name) }
        names.formUnion(Set(files).subtracting(invites.map(\.name)))
        for invite in invites {
            let labels = invite.claims.map(\.label)
            let isForgotten = own == nil && invite.isOver(at: now) && workers.isDisjoint(with: labels)
            if isForgotten { continue }
            names.formUnion(labels)
            if invite.name != own { names.insert(invite.name) }
        }
    }

    func isFree(_ name: KeyName) -> Bool { !names.contains(name) }
}
