import Experiment
import Logging

// Who may connect, speak and be spoken to.

extension RouterMember {
    func judge(_ key: CurvePublicKey, from address: String) -> KeyCheckService.Verdict {
        switch shared.keys.admission(of: key) {
        case .worker(let name):
            shared.logger.info(
                "worker admitted",
                metadata: ["name": "\(name)", "key": "\(key)", "address": "\(address)"])
            return .admitted
        case .invite(let name):
            if let unreported = limiter.admit(at: .now) {
                shared.logger.info(
                    "an invite is being used",
                    metadata: ["invite": "\(name)", "address": "\(address)", "unreported": "\(unreported)"])
            }
            return .admitted
        case .revoked:
            refuse(.revokedKey(key), address)
            return .revoked
        case .unknown:
            refuse(.unknownKey(key), address)
            return .refused
        case .unavailable(let error):
            refuse(.keysUnavailable(error), address)
            return .unknown
        }
    }

    func refuse(
        _ reason: HandshakeRefusal.Reason, _ address: String, at now: ContinuousClock.Instant = .now
    ) {
        shared.counters.withLock { $0.handshakesRefused += 1 }
        guard let unreported = limiter.admit(at: now) else { return }
        shared.logger.info(
            "handshake refused",
            metadata: ["reason": "\(reason)", "address": "\(address)", "unreported": "\(unreported)"])
        // Not worth holding up messages: with a full mailbox the log and the counter have it.
        _ = shared.inlet.offer(
            .handshakeRefused(HandshakeRefusal(reason: reason, address: address, unreportedCount: unreported)))
    }
}

// MARK: - While it runs

extension RouterMember {
    /// A file that was overwritten in its place is found so soon, also while nobody speaks. What else happens to files
    /// is found in the turn of the next message.
    private static let keyLookPause = Duration.milliseconds(500)
    /// Looks take at most this part of the thread's time, however many files there are.
    private static let keyLookShare = 20

    /// Reads what has changed of the files, and ends the keys that are not admitted any more.
    func refreshKeys(at now: ContinuousClock.Instant) {
        let isLookDue = now >= nextKeyLook
        do {
            let table = try shared.keys.table(examiningFiles: isLookDue)
            keysFault = nil
            if table.generation != keys.generation {
                let ended = keys.ended(by: table)
                keys = table
                for (key, name) in ended { end(key, name) }
            }
        } catch {
            // Nobody speaks meanwhile, and no key has ended: it may be a matter of a moment.
            keysFault = error
        }
        guard isLookDue else { return }
        let end = ContinuousClock.now
        nextKeyLook = end + max(Self.keyLookPause, (end - now) * Self.keyLookShare)
    }

    private func end(_ key: CurvePublicKey, _ name: KeyName) {
        let count = sockets.cut { $0.key == key }
        if case .message(let peer, _, _) = held, peer.key == key { held = nil }
        shared.logger.notice(
            "a key is not admitted any more",
            metadata: ["name": "\(name)", "key": "\(KeyDigest(of: key))", "connections": "\(count)"])
        // As many as there are files, which nobody outside can make.
        shared.inlet.put(.keyEnded(key, name))
    }

    func admission(of peer: PeerID) -> KeyStore.Admission {
        if let keysFault { return .unavailable(keysFault) }
        return sockets.isCut(peer) ? .revoked : keys.admission(of: peer.key)
    }

    func carryOutCuts() {
        let cuts = shared.cuts.withLock { cuts in
            defer { cuts = [] }
            return cuts
        }
        for cut in cuts {
            switch cut {
            case .peer(let peer): sockets.cut { $0 == peer }
            case .key(let key): sockets.cut { $0.key == key }
            }
        }
    }

    /// Hands on what may be an enrolment: a short message, and a few a second of each invite. Whoever finds no hearing
    /// asks again; who sends what can be none is cut off.
    func enrolment(
        of peer: PeerID, over invite: KeyName, _ bytes: [UInt8], at now: ContinuousClock.Instant
    ) -> RouterEvent? {
        let isShort = bytes.count <= TransportLimits.enrolmentByteCount
        guard isShort, hasRoom(for: invite, at: now) else {
            if !isShort { sockets.cut { $0 == peer } }
            shared.counters.withLock { $0.enrolmentsDropped += 1 }
            logDrop("message over an invite's connection dropped", of: invite.rawValue, at: now)
            return nil
        }
        shared.counters.withLock { $0.enrolments += 1 }
        return .enrolment(EnrolmentCall(peer: peer, invite: invite, address: sockets.address(of: peer), bytes: bytes))
    }

    private func hasRoom(for invite: KeyName, at now: ContinuousClock.Instant) -> Bool {
        invitePaces[invite, default: ReportLimiter(burst: 20, interval: .milliseconds(200))].admit(at: now) != nil
    }
}
