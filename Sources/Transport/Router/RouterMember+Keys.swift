import Experiment
import Logging

// Who may connect, speak and be spoken to.

extension RouterMember {
    func judge(_ key: CurvePublicKey, from address: String) -> KeyCheckService.Verdict {
        switch shared.keys.admission(of: key) {
        case .worker(let name):
            guard budgets[key, default: PeerBudget()].admitHandshake(at: .now) else {
                if let unreported = limiter.admit(at: .now) {
                    shared.logger.info(
                        "a worker connects too often, and waits",
                        metadata: ["name": "\(name)", "address": "\(address)", "unreported": "\(unreported)"])
                }
                return .unknown
            }
            if let unreported = admissionLimiter.admit(at: .now) {
                shared.logger.info(
                    "worker admitted",
                    metadata: [
                        "name": "\(name)", "key": "\(key)", "address": "\(address)", "unreported": "\(unreported)",
                    ])
            }
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

    func carryOutCuts(at now: ContinuousClock.Instant) {
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
        while let ending = endings.first, now >= ending.at {
            endings.removeFirst()
            sockets.cut { $0.key == ending.key }
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

// MARK: - How much they may send

extension RouterMember {
    /// A key that is cut off has so long to hear why.
    private static let wordTime = Duration.seconds(1)

    /// Whether the message is heard.
    func isWithinBudget(_ peer: PeerID, _ name: KeyName, byteCount: Int, at now: ContinuousClock.Instant) -> Bool {
        let verdict = budgets[peer.key, default: PeerBudget()].admit(byteCount: byteCount, at: now)
        guard verdict != .admitted else { return true }
        shared.counters.withLock { $0.overBudget += 1 }
        follow(verdict, peer, name, at: now)
        return false
    }

    func recordBreach(_ reason: String, in message: ReceivedMessage, at now: ContinuousClock.Instant) {
        guard let key = message.userID.flatMap({ try? CurvePublicKey($0) }),
            case .worker(let name) = keys.admission(of: key)
        else { return }
        let verdict = budgets[key, default: PeerBudget()].recordBreach(reason, at: now)
        follow(verdict, PeerID(routingID: message.frames[0], key: key), name, at: now)
    }

    private func follow(
        _ verdict: PeerBudget.Verdict, _ peer: PeerID, _ name: KeyName, at now: ContinuousClock.Instant
    ) {
        guard case .banned(let reason) = verdict else { return }
        shared.logger.warning("a worker is cut off", metadata: ["name": "\(name)", "why": "\(reason)"])
        endings.append((peer.key, now + Self.wordTime))
        // As rare as bans are.
        shared.inlet.put(.cutOff(peer: peer, key: name, reason: reason))
    }
}
