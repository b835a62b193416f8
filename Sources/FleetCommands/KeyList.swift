import CommandOutput
import Experiment
import Transport

/// Who may join and who did, for people and for programs: what `sweep keys` prints.
package struct KeyList {
    private let invites: [InviteRow]
    private let workers: [WorkerKeyRow]
    private let rotation: RotationRow?
    /// What is wrong with files of the key store that the list leaves out, a line each.
    package let warnings: [String]

    /// - Parameter directory: where the keys of this user are; one that is not there has none.
    /// - Throws: `CommandFailure` where the keys cannot be read.
    package init(in directory: Result<String, TransportError> = ownKeyDirectory(), at now: WallTime = .now)
        throws(CommandFailure)
    {
        do {
            guard let store = try KeyStore.existing(in: try directory.get()) else {
                (invites, workers, rotation, warnings) = ([], [], nil, [])
                return
            }
            let all = try store.invites()
            let revoked = try store.revokedKeys()
            let admitted = try store.workers()
            warnings = try store.faults().map(\.description)
            invites = all.map { InviteRow($0, at: now) }
            let present = try store.presentKey()
            rotation = try store.rotation().map { RotationRow($0, present) }
            workers =
                admitted.map { WorkerKeyRow($0.name, $0.digest, since: $0.since, all) }
                + Self.waiting(all, besides: Set(revoked.map(\.worker)))
                + revoked.map { WorkerKeyRow($0, all) }
        } catch {
            throw CommandFailure(error.description)
        }
    }

    private static func waiting(_ invites: [Invite], besides revoked: Set<KeyDigest>) -> [WorkerKeyRow] {
        invites.flatMap { invite in
            invite.claims.filter { $0.state == .waiting && !revoked.contains($0.worker) }.map {
                WorkerKeyRow($0, of: invite)
            }
        }
    }

    /// Two tables, and before them what becomes of the coordinator's key; ends with a line feed.
    package var text: String {
        var parts: [String] = []
        if !invites.isEmpty {
            let header = ["invite", "state", "uses", "expires", "made", "key"]
            parts.append(TextTable(header: header.map { .text($0) }, rows: invites.map(\.cells)).text)
        }
        if !workers.isEmpty {
            let header = ["worker", "state", "key", "since", "invite", "address", "note"]
            parts.append(TextTable(header: header.map { .text($0) }, rows: workers.map(\.cells)).text)
        }
        if parts.isEmpty { parts = ["No invites and no workers: sweep invite makes one.\n"] }
        return ([rotation?.text].compactMap { $0 } + parts).joined(separator: "\n")
    }

    /// One object.
    ///
    /// - Throws: as `jsonText`, which takes all of these.
    package func json() throws -> String {
        struct Object: Encodable {
            var invites: [InviteRow]
            var workers: [WorkerKeyRow]
            var rotation: RotationRow?
        }
        return try jsonText(Object(invites: invites, workers: workers, rotation: rotation))
    }
}

/// The coordinator's key is changing.
private struct RotationRow: Encodable {
    /// The beginnings of the keys' digests.
    var oldKey: String
    var newKey: String
    var oldUntil: String

    init(_ rotation: KeyRotation, _ present: CurvePublicKey?) {
        oldKey = present.map { KeyDigest(of: $0).short } ?? ""
        newKey = KeyDigest(of: rotation.next.publicKey).short
        oldUntil = rotation.due.text
    }

    /// Ends with a line feed.
    var text: String { "The coordinator's key is changing: old (\(oldKey)) until \(oldUntil), then \(newKey).\n" }
}

/// An invite, and what is left of it.
private struct InviteRow: Encodable {
    var name: String
    /// The digest of its key.
    var key: String
    /// `open`, `used`, `expired`, `revoked`.
    var state: String
    var uses: Int
    var useLimit: Int
    var approval: Bool
    var waiting: Int
    /// The workers that came too late.
    var latecomers: [Latecomer]
    var made: String
    /// `nil` for never.
    var expires: String?
    var revokedBy: String?
    var reason: String?

    struct Latecomer: Encodable {
        var key: String
        var address: String
        var at: String
    }

    init(_ invite: Invite, at now: WallTime) {
        name = invite.name.rawValue
        key = invite.key.short
        uses = invite.useCount
        useLimit = invite.useLimit
        approval = invite.needsApproval
        waiting = invite.claims.count - invite.useCount
        latecomers = invite.latecomers.map {
            Latecomer(key: $0.worker.short, address: $0.address, at: $0.at.text)
        }
        made = invite.made.text
        expires = invite.expires.map(\.text)
        revokedBy = invite.revocation?.by
        reason = invite.revocation.map(\.reason).flatMap { $0.isEmpty ? nil : $0 }
        state =
            if invite.revocation != nil { "revoked" } else if uses >= useLimit { "used" } else if invite.isOver(at: now)
            { "expired" } else { "open" }
    }

    var cells: [TextTable.Cell] {
        let asks = approval ? " approved" : ""
        let late = latecomers.isEmpty ? "" : ", \(counted(latecomers.count, "latecomer"))"
        return [
            .text(name), .text(state + late), .text("\(uses) of \(useLimit)\(asks)"), .text(expires ?? "never"),
            .text(made), .text(key),
        ]
    }
}

/// A worker's key.
private struct WorkerKeyRow: Encodable {
    var name: String
    /// `admitted`, `waiting`, `revoked`.
    var state: String
    /// The beginning of its digest.
    var key: String
    /// When it was admitted, asked for it, or was revoked.
    var since: String
    /// With which it came; `nil` for keys of earlier versions.
    var invite: String?
    var address: String?
    var revokedBy: String?
    var reason: String?

    init(_ name: KeyName, _ digest: KeyDigest, since: WallTime, _ invites: [Invite]) {
        let found = claim(of: digest, in: invites)
        (self.name, state, key) = (name.rawValue, "admitted", digest.short)
        self.since = (found?.claim.at ?? since).text
        (invite, address) = (found?.invite.name.rawValue, found?.claim.shownAddress)
    }

    init(_ claim: Invite.Claim, of invite: Invite) {
        (name, state, key) = (claim.label.rawValue, "waiting", claim.worker.short)
        (since, self.invite, address) = (claim.at.text, invite.name.rawValue, claim.shownAddress)
    }

    init(_ revoked: RevokedKey, _ invites: [Invite]) {
        let found = claim(of: revoked.worker, in: invites)
        (name, state, key) = (revoked.label.rawValue, "revoked", revoked.worker.short)
        since = revoked.revocation.at.text
        (invite, address) = (found?.invite.name.rawValue, found?.claim.shownAddress)
        revokedBy = revoked.revocation.by
        reason = revoked.revocation.reason.isEmpty ? nil : revoked.revocation.reason
    }

    var cells: [TextTable.Cell] {
        let note = revokedBy.map { by in reason.map { "by \(by): \($0)" } ?? "by \(by)" } ?? ""
        return [name, state, key, since, invite ?? "–", address ?? "–", note].map { .text($0) }
    }
}

extension Invite.Claim {
    fileprivate var shownAddress: String { address.isEmpty ? "this host" : address }
}

private func claim(of worker: KeyDigest, in invites: [Invite]) -> (invite: Invite, claim: Invite.Claim)? {
    for invite in invites {
        if let claim = invite.claims.first(where: { $0.worker == worker }) { return (invite, claim) }
    }
    return nil
}
