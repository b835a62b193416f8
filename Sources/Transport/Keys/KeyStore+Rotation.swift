import Experiment

// The coordinators' key is exchanged for another one.
//
// Each step writes one file, whole and flushed, and a crash between two of them leaves a state from which the next one
// goes on: `coordinator.next` with the next pair; at the end the old public key in `coordinator.former`, the next
// secret in `coordinator.secret`, and then `coordinator.next` goes. Where both hold the same pair, only that is left.

extension KeyStore {
    /// So long after the old key's end a coordinator may take to reach its workers a last time. Later whoever meets the
    /// rotation finishes it: no coordinator was there to do so.
    package static let rotationSlack = Duration.seconds(10)
    /// The public keys that are remembered as former ones.
    private static let formerLimit = 16
    private static let nextFile = "coordinator.next"
    private static let formerFile = "coordinator.former"

    /// Makes the next key pair, which takes the place of the present one after a time of grace. Open invites end with
    /// the present key, which is in their tokens.
    ///
    /// - Returns: the rotation, and how many open invites end sooner for it.
    /// - Throws: `rotationUnderWay` where the key changes already.
    public func beginRotation(
        grace: Duration, at now: WallTime = .now
    ) throws(TransportError) -> (rotation: KeyRotation, endedInviteCount: Int) {
        // Finishes an earlier rotation that no coordinator was there to finish.
        _ = try coordinatorKeys(at: now)
        return try places.invites.locked { () throws(TransportError) in
            if let rotation = try rotation() { throw Self.underWay(rotation, at: now) }
            let made = KeyRotation(next: try .generate(), begun: now, due: now + grace)
            guard try places.home.create(Self.nextFile, Array(made.fileText.utf8)) else {
                throw TransportError(
                    .fileSystem, "\(directory)/\(Self.nextFile) came meanwhile", remedy: "run the command again")
            }
            return (made, try endInvites(with: made, at: now))
        }
    }

    /// Ends the grace of the rotation that is under way.
    ///
    /// - Returns: the rotation, and how many open invites end sooner for it; `nil` where none is under way.
    /// - Throws: `TransportError` where the files cannot be read or written.
    public func hastenRotation(
        at now: WallTime = .now
    ) throws(TransportError) -> (rotation: KeyRotation, endedInviteCount: Int)? {
        try places.invites.locked { () throws(TransportError) in
            guard var rotation = try rotation() else { return nil }
            if !rotation.isDue(at: now) {
                rotation.due = max(now, rotation.begun)
                try places.home.replace(Self.nextFile, with: Array(rotation.fileText.utf8))
            }
            return (rotation, try endInvites(with: rotation, at: now))
        }
    }

    /// The rotation that is under way.
    ///
    /// - Throws: `TransportError` where its file cannot be read or is none.
    public func rotation() throws(TransportError) -> KeyRotation? {
        guard let bytes = try places.home.read(Self.nextFile, byteLimit: KeyRotation.byteLimit) else { return nil }
        guard let rotation = KeyRotation(fileText: String(decoding: bytes, as: UTF8.self)) else {
            throw TransportError(
                .invalidKey, "\(directory)/\(Self.nextFile) is no rotation of this version of sweep",
                remedy: "move it away; the present key stays, and sweep keys rotate makes another one")
        }
        return rotation
    }

    /// Puts the next key in the place of the present one, if it is time.
    ///
    /// - Parameter slack: how long ago the present key's end must be.
    /// - Returns: whether it did.
    /// - Throws: `TransportError` where the files cannot be read or written; what was done stays.
    @discardableResult
    public func finishRotation(at now: WallTime = .now, slack: Duration = .zero) throws(TransportError) -> Bool {
        // Without the lock while there is nothing to do, which is nearly always.
        guard let rotation = try rotation(), rotation.due + slack <= now else { return false }
        return try places.invites.locked { () throws(TransportError) in
            guard let rotation = try self.rotation(), rotation.due + slack <= now else { return false }
            if let old = try readCoordinatorKeys(), old.publicKey != rotation.next.publicKey {
                try recordFormer(old.publicKey)
                try writeSecret(rotation.next)
            }
            _ = try endInvites(with: rotation, at: now)
            return try places.home.remove(Self.nextFile)
        }
    }

    /// The public keys that coordinators of this directory had before, the last one first.
    ///
    /// - Throws: `TransportError` where the file cannot be read.
    public func formerKeys() throws(TransportError) -> [CurvePublicKey] {
        // As many as there can be, and not one byte more.
        let byteLimit = Self.formerLimit * (Z85.keyCharacterCount + 1)
        guard let bytes = try places.home.read(Self.formerFile, byteLimit: byteLimit) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap {
            try? CurvePublicKey(String($0))
        }
    }

    // MARK: Steps

    private func recordFormer(_ key: CurvePublicKey) throws(TransportError) {
        let others = try formerKeys().filter { $0 != key }
        let lines = ([key] + others).prefix(Self.formerLimit).map { "\($0.text)\n" }
        try places.home.replace(Self.formerFile, with: Array(lines.joined().utf8))
    }

    /// The invites whose tokens have the present key. Those that are made later have the next one.
    ///
    /// - Returns: how many of them were open and end sooner.
    private func endInvites(with rotation: KeyRotation, at now: WallTime) throws(TransportError) -> Int {
        var count = 0
        for var invite in try invites() where invite.made < rotation.due {
            let wasOpen = !invite.isOver(at: now)
            guard invite.end(at: rotation.due) else { continue }
            if wasOpen { count += 1 }
            try store(invite)
        }
        return count
    }

    private static func underWay(_ rotation: KeyRotation, at now: WallTime) -> TransportError {
        let digest = KeyDigest(of: rotation.next.publicKey)
        if rotation.isDue(at: now) {
            return TransportError(
                .rotationUnderWay, "the key is changing to \(digest) at this moment", remedy: "try again in ten seconds"
            )
        }
        return TransportError(
            .rotationUnderWay, "the key is changing to \(digest) already",
            remedy: "wait for the end of the old one, which sweep keys shows, or end it at once: sweep keys rotate "
                + "--now")
    }
}
