import Glibc
import HostSystem
import Logging

/// A router's sockets and its turns on the socket thread.
final class RouterMember: SocketMember {
    private enum Phase {
        case open
        /// Only the outbox is still served, until it is empty.
        case flushing(until: ContinuousClock.Instant)
        /// The socket is closed and the library sends what it has.
        case closing
    }

    let shared: RouterShared
    let socket: MonitoredSocket
    private let keyCheck: KeyCheckService
    let domain: String
    var endpoints: [BoundEndpoint]
    private let keptDescriptors: Int
    /// While it takes another key: from the moment when the old endpoints are given up until the new ones are bound.
    var keyChange: KeyChangeUnderWay?
    private let wake: WakeDescriptor
    private var phase = Phase.open
    /// A message that found the mailbox full. Nothing is read before it is in.
    var held: RouterEvent?
    var limiter = ReportLimiter()
    /// Of lines about those who are let in: a fleet may come all at once.
    var admissionLimiter = ReportLimiter(burst: 1_000)
    /// Who may speak, as of the beginning of this turn.
    var keys: KeyTable
    /// Why nobody may, where that could not be read.
    var keysFault: TransportError?
    /// When the files are examined again.
    var nextKeyLook = ContinuousClock.now
    var sockets: PeerSockets
    private var watch = ConnectionWatch()
    /// Of each key that was admitted since this router began. Its owner made the files, so that they are few.
    var budgets: [CurvePublicKey: PeerBudget] = [:]
    /// Keys that are cut off when they have been told why.
    var endings: [(key: CurvePublicKey, at: ContinuousClock.Instant)] = []
    /// Of the enrolments that come in with each invite.
    var invitePaces: [KeyName: ReportLimiter] = [:]
    private var gate: ConnectionGate
    /// When the gate may open again; `nil` while it is open.
    private var nextGateLook: ContinuousClock.Instant?

    /// Binds all endpoints. The key check is there before: without it CURVE would let in everybody. Its questions wait
    /// for this thread, which has the judge in place by then.
    ///
    /// - Throws: at the first endpoint that cannot be bound, once the others are free again.
    init(
        shared: RouterShared, keys: CurveKeyPair, endpoints: [Endpoint], keeping keptDescriptors: Int, id: Int,
        loop: SocketLoop
    ) throws(TransportError) {
        self.shared = shared
        wake = loop.queue.wake
        self.keptDescriptors = keptDescriptors
        domain = "sweep.router.\(id)"
        keyCheck = try loop.keyCheckService()
        var bound: [BoundEndpoint] = []
        socket = try MonitoredSocket(.router) { [domain] (socket) throws(TransportError) in
            socket.configureLink()
            socket.set(.backlog, Int32(DescriptorShares.waitingConnections()))
            // A peer that is gone is an error and not a silence.
            socket.set(.routerMandatory, 1)
            // Of two connections with one routing id, libzmq reads only one. Without a handover the later one is never
            // read: what it sends is kept until this socket is closed. Routing ids that peers choose are cut off with
            // the first message; those that libzmq gives out cannot be guessed.
            socket.set(.routerHandover, 1)
            // `ConnectionWatch` bounds what comes in, in bytes.
            socket.set(.receiveHighWaterMark, 0)
            socket.setCurveServer(keys, domain: domain)
            do throws(TransportError) {
                for endpoint in endpoints { bound.append(try BoundEndpoint(binding: socket, to: endpoint)) }
            } catch {
                for endpoint in bound { endpoint.removeFile() }
                throw error
            }
        }
        self.endpoints = bound
        sockets = PeerSockets(of: bound.map(\.actual))
        // Where the files cannot be read, nobody speaks until they can.
        do {
            self.keys = try shared.keys.table(examiningFiles: true)
        } catch {
            shared.logger.warning("the keys cannot be read", metadata: ["why": "\(error)"])
            self.keys = KeyTable()
        }
        gate = ConnectionGate(listeningAt: bound.map(\.actual), keeping: keptDescriptors)
        keyCheck.addJudge(for: domain) { [unowned self] in judge($0, from: $1) }
        shared.logger.info("listening", metadata: ["endpoints": "\(bound.map(\.actual.description))"])
        shared.outbox.open()
    }

    // MARK: - Turns

    /// Every other wake-up has its cause in a socket, or in the mailbox that has room again.
    var nextDeadline: ContinuousClock.Instant? {
        let others = [nextGateLook, watch.deadline, endings.first?.at, keyChange?.nextTry].compactMap { $0 }.min()
        return isOpen ? others.map { min($0, nextKeyLook) } ?? nextKeyLook : others
    }

    var isFinished: Bool { socket.isStopped }

    func addInterests(to poll: inout PollSet) {
        socket.addInterests(to: &poll, receiving: isReading, sending: false)
    }

    func turn(at now: ContinuousClock.Instant) {
        for event in socket.events() { report(event, at: now) }
        tendGate(at: now)
        if isOpen { refreshKeys(at: now) }
        carryOutCuts(at: now)
        if isOpen { changeKeys(at: now) }
        if isReading || held != nil { receive(at: now) }
        watchConnections(at: now)
        sendOutbox()
        if case .flushing(let deadline) = phase { close(lingeringUntil: deadline) }
    }

    func stop(flushingUntil deadline: ContinuousClock.Instant) {
        guard case .open = phase else { return }
        phase = .flushing(until: deadline)
        held = nil
        keyChange = nil
    }

    private var isReading: Bool {
        if case .open = phase { held == nil } else { false }
    }

    private func close(lingeringUntil deadline: ContinuousClock.Instant) {
        keyCheck.removeJudge(for: domain)
        gate.end()
        // While they are certainly still this socket's.
        for endpoint in endpoints { endpoint.removeFile() }
        socket.close(lingering: milliseconds(until: deadline))
        phase = .closing
    }
}

// MARK: - Messages

extension RouterMember {
    private func receive(at now: ContinuousClock.Instant) {
        if let event = held {
            held = nil
            deliver(event)
        }
        for _ in 0..<inboundLimitPerTurn where held == nil {
            // Routing id and payload, and one more to see that there are too many.
            guard let message = socket.withSocket({ $0.receive(frameLimit: 2) }) ?? nil else { return }
            watch.recordMessage(over: message.descriptor)
            if let event = event(of: message, at: now) { deliver(event) }
        }
    }

    private func deliver(_ event: RouterEvent) {
        if !shared.inlet.offer(event, waking: wake) { held = event }
    }

    /// What the message is to the caller; `nil` where its shape is wrong or its sender may not speak. Asked for each
    /// message, since libzmq asks at the handshake only.
    private func event(of message: ReceivedMessage, at now: ContinuousClock.Instant) -> RouterEvent? {
        guard message.frameCount == 2, message.frames[1].count <= TransportLimits.messageByteCount,
            let key = message.userID.flatMap({ try? CurvePublicKey($0) })
        else {
            shared.counters.withLock { $0.malformed += 1 }
            logDrop("malformed message dropped", of: message.userID, at: now)
            recordBreach("messages that no worker sends", in: message, at: now)
            return nil
        }
        let peer = PeerID(routingID: message.frames[0], key: key)
        sockets.record(peer, at: message.descriptor)
        guard peer.hasGivenRoutingID else {
            sockets.cut { $0 == peer }
            shared.counters.withLock { $0.malformed += 1 }
            logDrop("a peer that chose its routing id was cut off", of: key.text, at: now)
            return nil
        }
        switch admission(of: peer) {
        case .worker(let name):
            guard isWithinBudget(peer, name, byteCount: message.frames[1].count, at: now) else { return nil }
            shared.counters.withLock { $0.received += 1 }
            return .message(peer: peer, key: name, bytes: message.frames[1])
        case .invite(let name): return enrolment(of: peer, over: name, message.frames[1], at: now)
        case .revoked, .unknown:
            sockets.cut { $0 == peer }
            fallthrough
        case .unavailable:
            shared.counters.withLock { $0.revoked += 1 }
            logDrop("message of a key that is not admitted any more dropped", of: key.text, at: now)
            return nil
        }
    }

    func logDrop(_ reason: Logger.Message, of key: String?, at now: ContinuousClock.Instant) {
        guard let unreported = limiter.admit(at: now) else { return }
        shared.logger.info(reason, metadata: ["key": "\(key ?? "none")", "unreported": "\(unreported)"])
    }

    private func sendOutbox() {
        let outgoing = shared.outbox.takeAll()
        guard !outgoing.isEmpty else { return }
        for message in outgoing { send(message) }
        shared.outbox.release(count: outgoing.count, byteCount: outgoing.reduce(0) { $0 + $1.bytes.count })
    }

    private func send(_ message: RouterShared.Outgoing) {
        switch admission(of: message.peer) {
        case .worker, .invite: break
        case .revoked, .unknown, .unavailable: return shared.fail(message.peer, .revoked)
        }
        guard sockets.mayBeSent(message.bytes.count, to: message.peer) else {
            return shared.fail(message.peer, .peerQueueFull)
        }
        switch socket.withSocket({ $0.send([message.peer.routingID, message.bytes]) }) {
        case .sent: shared.counters.withLock { $0.sent += 1 }
        case .full: shared.fail(message.peer, .peerQueueFull)
        case .unreachable: shared.fail(message.peer, .unknownPeer)
        case nil: shared.fail(message.peer, .stopped)
        }
    }
}

// MARK: - Reports

extension RouterMember {
    private func watchConnections(at now: ContinuousClock.Instant) {
        let count = watch.look(at: now)
        guard count > 0 else { return }
        shared.counters.withLock { $0.overfull += count }
        guard let unreported = limiter.admit(at: now) else { return }
        shared.logger.warning(
            "connections were cut off for what they held in memory",
            metadata: ["connections": "\(count)", "unreported": "\(unreported)"])
    }

    private func report(_ event: ConnectionEvent, at now: ContinuousClock.Instant) {
        let metadata: Logger.Metadata = ["endpoint": "\(event.address)", "value": "\(event.value)"]
        switch event.kind {
        case .handshakeViolated: refuse(.violation, event.address, at: now)
        case .disconnected:
            sockets.remove(Int32(truncatingIfNeeded: event.value))
            watch.end(Int32(truncatingIfNeeded: event.value))
            shared.logger.debug("connection ended", metadata: metadata)
        case .accepted:
            let descriptor = Int32(truncatingIfNeeded: event.value)
            if let identity = sockets.identity(of: descriptor) { watch.begin(descriptor, identity) }
            shared.logger.debug("connection accepted", metadata: metadata)
        case .acceptFailed:
            let isExhausted = [EMFILE, ENFILE].contains(Int32(bitPattern: event.value))
            if isOpen, isExhausted, gate.closeForWantOfDescriptors() { reportClosedGate(at: now) }
            if let unreported = limiter.admit(at: now) {
                let reason = SystemReason.text(Int32(bitPattern: event.value))
                shared.logger.warning(
                    "connection not accepted",
                    metadata: metadata.merging(["why": "\(reason)", "unreported": "\(unreported)"]) { $1 })
            }
        // The key check has reported `refusedByKeyCheck` with more detail; a cut handshake is anybody's port scan.
        case .refusedByKeyCheck, .handshakeCut, .listening, .connected, .handshakeSucceeded, .stopped, .other: break
        }
    }
}

// MARK: - Too many connections

extension RouterMember {
    /// The sockets that listen are other ones than before, and the connections of the old ones have ended.
    func followNewListeners() {
        gate.end()
        gate = ConnectionGate(listeningAt: endpoints.map(\.actual), keeping: keptDescriptors)
        nextGateLook = nil
        // Of connections that this end has closed, libzmq tells no end.
        watch = ConnectionWatch()
    }

    private var isOpen: Bool { if case .open = phase { true } else { false } }

    private func reportClosedGate(at now: ContinuousClock.Instant) {
        nextGateLook = now + ConnectionGate.pause
        shared.logger.warning(
            "no more connections are taken until some have ended", metadata: ["why": "\(SystemReason.text(EMFILE))"])
    }

    private func tendGate(at now: ContinuousClock.Instant) {
        guard let look = nextGateLook, now >= look else { return }
        guard isOpen else { return nextGateLook = nil }
        nextGateLook = gate.openIfThereIsRoom() ? nil : now + ConnectionGate.pause
        if nextGateLook == nil { shared.logger.info("connections are taken again") }
    }
}

/// What is left until the deadline, for `LINGER`: never negative, which would mean for ever.
func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
    Int32(min(max((deadline - .now) / .milliseconds(1), 0), 3_600_000))
}
