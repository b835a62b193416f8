import ChildProcesses
import Logging
import Synchronization

/// A dealer's sockets and its turns on the socket thread.
///
/// libzmq reconnects by itself when a connection breaks or cannot be made. It does not after the other end refused this
/// worker's key, and it does so five times a second for ever when the other end has another key. So after every failed
/// handshake the socket is replaced by a new one, after a pause that grows.
///
/// The socket has no routing id of its own: the ROUTER then makes one up for each connection, also for each
/// reconnection of one socket. Ids of one's own would come back, which confuses ROUTERs (libzmq#3771), and could be
/// another's.
final class DealerMember: SocketMember {
    private enum Phase {
        /// There is a socket, and libzmq looks for the coordinator.
        case connecting
        case connected
        /// There is no socket until then.
        case pausing(until: ContinuousClock.Instant)
        case flushing(until: ContinuousClock.Instant)
        case closing
    }

    /// How many handshakes in a row the other end must cut to be taken for a stranger: a coordinator that is being
    /// stopped cuts one.
    private static let cutHandshakeLimit = 3

    private let shared: DealerShared
    private let wake: WakeDescriptor
    private var phase = Phase.connecting
    private var socket: MonitoredSocket
    /// With which the other end of `socket` has to prove that it is the coordinator.
    private var expected: CurvePublicKey
    /// Sockets that were replaced, until they are gone.
    private var retired: [MonitoredSocket] = []
    private var watch = DealerMember.newWatch()
    private var backoff = Backoff()
    private var cutHandshakeCount = 0
    /// The last attempt ended with `wrongPeer`, which says more than a look from outside.
    private var isRefused = false
    private var troublePace = TroublePace()
    private let troubleFound = FoundTrouble()
    /// A message that found the mailbox full. Nothing is read before it is in.
    private var held: DealerEvent?
    /// Taken from the outbox and not yet sent, from `nextUnsent` on.
    private var unsent: [[UInt8]] = []
    private var nextUnsent = 0

    init(shared: DealerShared, loop: SocketLoop) throws(TransportError) {
        self.shared = shared
        wake = loop.queue.wake
        expected = shared.trusted.withLock { $0.present }
        socket = try Self.connect(shared.token, expected)
        if !shared.token.endpoint.isLocalSocket { troublePace.begin(at: .now) }
    }

    var nextDeadline: ContinuousClock.Instant? {
        switch phase {
        case .pausing(let instant): min(instant, troublePace.nextLook ?? instant)
        case .flushing(let instant): instant
        case .connecting: [troublePace.nextLook, watch.deadline].compactMap { $0 }.min()
        case .connected: watch.deadline
        case .closing: nil
        }
    }

    var isFinished: Bool {
        if case .closing = phase { socket.isStopped && retired.isEmpty } else { false }
    }

    func addInterests(to poll: inout PollSet) {
        for socket in retired { socket.addInterests(to: &poll, receiving: false, sending: false) }
        socket.addInterests(to: &poll, receiving: isReading, sending: hasUnsent)
    }

    func turn(at now: ContinuousClock.Instant) {
        dropStoppedSockets()
        for event in socket.events() { handle(event, at: now) }
        receive()
        watchConnection(at: now)
        if case .pausing(let end) = phase, now >= end { connectAgain(at: now) }
        lookForTrouble(at: now)
        sendOutbox()
        if case .flushing(let deadline) = phase, !hasUnsent || now >= deadline { close(lingeringUntil: deadline) }
    }

    func stop(flushingUntil deadline: ContinuousClock.Instant) {
        held = nil
        switch phase {
        case .connected: phase = .flushing(until: deadline)
        case .connecting, .pausing: close(lingeringUntil: .now)
        case .flushing, .closing: break
        }
    }

    private func close(lingeringUntil deadline: ContinuousClock.Instant) {
        shared.outbox.shutAndDrop()
        dropUnsent()
        socket.close(lingering: milliseconds(until: deadline))
        phase = .closing
    }

    private func dropStoppedSockets() {
        for socket in retired { _ = socket.events() }
        retired.removeAll(where: \.isStopped)
    }
}

// MARK: - Connection

extension DealerMember {
    private static func connect(
        _ token: JoinToken, _ coordinatorKey: CurvePublicKey
    ) throws(TransportError) -> MonitoredSocket {
        let monitored = try MonitoredSocket(.dealer) { socket in
            socket.configureLink()
            // Nothing is queued for a connection that is not there.
            socket.set(.immediate, 1)
            socket.set(.reconnectInterval, 200)
            // The next coordinator of this host shall find its worker before a short lease is over.
            socket.set(.reconnectIntervalMax, token.endpoint.isLocalSocket ? 1_000 : 10_000)
            // A host that swallows packets would hold an attempt for two minutes.
            socket.set(.connectTimeout, 10_000)
            socket.set(.ipv6, token.endpoint.usesIPv6 ? 1 : 0)
            socket.setCurveClient(token.workerKeys, serverKey: coordinatorKey)
        }
        do throws(TransportError) {
            try monitored.withSocket { (socket) throws(TransportError) in
                try socket.connect(to: token.endpoint.description)
            }
        } catch {
            monitored.abandon()
            throw error
        }
        return monitored
    }

    /// Twice a second: a worker's cores are for its trainers.
    private static func newWatch() -> ConnectionWatch { ConnectionWatch(every: .milliseconds(500)) }

    /// A coordinator that is none sends parts without an end: see `HeldBytes`.
    private func watchConnection(at now: ContinuousClock.Instant) {
        guard watch.look(at: now) > 0 else { return }
        shared.logger.warning("the connection was cut off for what it held in memory", metadata: metadata)
    }

    private func followDescriptor(of event: ConnectionEvent) {
        let descriptor = Int32(truncatingIfNeeded: event.value)
        switch event.kind {
        case .connected:
            if let identity = SocketIdentity(descriptor) { watch.begin(descriptor, identity) }
        case .disconnected: watch.end(descriptor)
        default: break
        }
    }

    private func handle(_ event: ConnectionEvent, at now: ContinuousClock.Instant) {
        followDescriptor(of: event)
        switch (event.kind, phase) {
        case (.handshakeSucceeded, .connecting): didConnect()
        case (.disconnected, .connected): didDisconnect(at: now)
        case (.disconnected, .flushing): close(lingeringUntil: .now)
        case (.refusedByKeyCheck, .connecting):
            pause(at: now, reporting: event.value == KeyCheckService.revokedStatus ? .revoked : .notAdmitted)
        case (.handshakeViolated, .connecting):
            cutHandshakeCount = cutHandshakeLimit
            expectOtherKey()
            troublePace.hasten(at: now)
            pause(at: now, reporting: shared.token.endpoint.isLocalSocket ? .wrongPeer : nil)
        // Cut without a word on the handshake, libzmq has taken the other end for one of its first, unencrypted
        // protocol, which is what anything else looks like that speaks first. It does not try again.
        // A forwarder whose far end is down does the same to every connection, so a look from outside decides.
        case (.handshakeCut, .connecting), (.disconnected, .connecting):
            cutHandshakeCount += 1
            let isKnown = shared.token.endpoint.isLocalSocket && cutHandshakeCount >= cutHandshakeLimit
            expectOtherKey()
            pause(at: now, reporting: isKnown ? .wrongPeer : nil)
        default: break
        }
    }

    /// For each key by which the coordinator is known.
    private var cutHandshakeLimit: Int {
        Self.cutHandshakeLimit * shared.trusted.withLock { $0.candidates.count }
    }

    /// The handshake broke off, as it does where the other end has another key: the next attempt expects the next one.
    private func expectOtherKey() {
        let candidates = shared.trusted.withLock { $0.candidates }
        let place = candidates.firstIndex(of: expected).map { $0 + 1 } ?? 0
        expected = candidates[place % candidates.count]
    }

    private func didConnect() {
        phase = .connected
        shared.trusted.withLock { [expected] in $0.recordConnection(with: expected) }
        troublePace.end()
        _ = troubleFound.take()
        backoff.reset()
        cutHandshakeCount = 0
        isRefused = false
        shared.logger.info("connected", metadata: metadata)
        shared.outbox.open()
        shared.inlet.put(.connected)
    }

    private func didDisconnect(at now: ContinuousClock.Instant) {
        phase = .connecting
        if !shared.token.endpoint.isLocalSocket { troublePace.begin(at: now) }
        shared.outbox.shutAndDrop()
        dropUnsent()
        shared.logger.info("disconnected", metadata: metadata)
        shared.inlet.put(.disconnected)
    }

    /// Gives the socket up after a failed handshake, until the pause is over.
    private func pause(at now: ContinuousClock.Instant, reporting reason: RefusalReason?) {
        socket.close(lingering: 0)
        watch = Self.newWatch()
        let pause = backoff.pause(fraction: .random(in: 0...1))
        phase = .pausing(until: now + pause)
        if let reason { report(reason) }
    }

    private func report(_ reason: RefusalReason) {
        isRefused = true
        shared.logger.info("refused", metadata: metadata.merging(["reason": "\(reason)"]) { $1 })
        shared.inlet.put(.refused(reason))
    }

    private func connectAgain(at now: ContinuousClock.Instant) {
        do {
            let successor = try Self.connect(shared.token, expected)
            retired.append(socket)
            socket = successor
            phase = .connecting
        } catch {
            shared.logger.info("no new attempt", metadata: metadata.merging(["error": "\(error)"]) { $1 })
            phase = .pausing(until: now + backoff.pause(fraction: .random(in: 0...1)))
        }
    }

    /// Asks why there is no connection, on a thread that may block, and says what that one found.
    private func lookForTrouble(at now: ContinuousClock.Instant) {
        switch phase {
        case .connecting, .pausing: break
        case .connected, .flushing, .closing:
            // What was asked before the connection came says nothing of a later one.
            _ = troubleFound.take()
            return
        }
        if let trouble = troubleFound.take() { report(trouble) }
        guard troublePace.isDue(at: now), troubleFound.begin() else { return }
        let endpoint = shared.token.endpoint
        let found = troubleFound, wake = wake
        let thread: Void? = try? NamedThread.start(named: "probe") {
            found.end(with: ConnectionProbe.run(endpoint))
            wake.signal()
        }
        if thread == nil { found.end(with: nil) }
    }

    /// What begins to shake hands and then breaks off has another key, or none. What says something else is no
    /// coordinator at all, and may give the port back.
    private func report(_ trouble: ConnectionTrouble) {
        guard trouble == .handshakeStalls else {
            cutHandshakeCount = 0
            isRefused = false
            return shared.inlet.put(.unreachable(trouble))
        }
        if cutHandshakeCount >= cutHandshakeLimit {
            report(.wrongPeer)
        } else if !isRefused {
            shared.inlet.put(.unreachable(trouble))
        }
    }

    private var metadata: Logger.Metadata { ["endpoint": "\(shared.token.endpoint)"] }
}

// MARK: - Messages

extension DealerMember {
    private var isReading: Bool {
        switch phase {
        case .connecting, .connected: held == nil
        case .pausing, .flushing, .closing: false
        }
    }

    private var hasUnsent: Bool { nextUnsent < unsent.count }

    private func receive() {
        if let event = held {
            held = nil
            deliver(event)
        }
        for _ in 0..<inboundLimitPerTurn where isReading {
            guard let message = socket.withSocket({ $0.receive(frameLimit: 1) }) ?? nil else { return }
            watch.recordMessage(over: message.descriptor)
            // The coordinator sends one frame. Another shape would come from another program with its key.
            if message.frameCount == 1 { deliver(.message(message.frames[0])) }
        }
    }

    private func deliver(_ event: DealerEvent) {
        if !shared.inlet.offer(event, waking: wake) { held = event }
    }

    private func sendOutbox() {
        switch phase {
        case .connected, .flushing: break
        case .connecting, .pausing, .closing: return
        }
        while true {
            if !hasUnsent {
                nextUnsent = 0
                unsent = shared.outbox.takeAll()
                if unsent.isEmpty { return }
            }
            let bytes = unsent[nextUnsent]
            // Full: the poll wakes when there is room.
            guard socket.withSocket({ $0.send([bytes]) }) == .sent else { return }
            nextUnsent += 1
            shared.outbox.release(count: 1, byteCount: bytes.count)
        }
    }

    private func dropUnsent() {
        unsent = []
        nextUnsent = 0
    }
}

/// What a look for the reason has found: from its thread to the socket thread.
private final class FoundTrouble: Sendable {
    private struct State {
        var isLooking = false
        var trouble: ConnectionTrouble?
    }

    private let state = Mutex(State())

    /// `false` while an earlier look goes on.
    func begin() -> Bool {
        state.withLock { state in
            defer { state.isLooking = true }
            return !state.isLooking
        }
    }

    func end(with trouble: ConnectionTrouble?) {
        state.withLock { $0 = State(isLooking: false, trouble: trouble) }
    }

    /// What is new since the last call.
    func take() -> ConnectionTrouble? {
        state.withLock { state in
            defer { state.trouble = nil }
            return state.trouble
        }
    }
}
