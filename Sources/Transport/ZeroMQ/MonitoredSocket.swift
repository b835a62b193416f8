import CZeroMQ
import Synchronization

/// What libzmq reports of a socket's connections.
struct ConnectionEvent {
    enum Kind: Equatable {
        case listening, accepted, acceptFailed, connected, disconnected, handshakeSucceeded
        /// The key check at the other end, or at this one, refused: with `KeyCheckService.revokedStatus`, or another.
        case refusedByKeyCheck
        /// What came was no handshake, or not one of CURVE with these keys.
        case handshakeViolated
        /// The connection ended in the middle of the handshake.
        case handshakeCut
        /// The socket is gone: everything was sent or given up, and its addresses are free.
        case stopped
        case other
    }

    let kind: Kind
    /// A descriptor, an `errno` or a code of libzmq, depending on the kind.
    let value: UInt32
    let address: String

    /// - Parameter frames: of a monitor's message: the event and its value in the host's byte order, the address.
    init?(frames: [[UInt8]]) {
        guard frames.count == 2, frames[0].count == 6 else { return nil }
        kind = frames[0].withUnsafeBytes { Self.kind(of: $0.loadUnaligned(as: UInt16.self)) }
        value = frames[0].withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 2, as: UInt32.self) }
        address = String(decoding: frames[1], as: UTF8.self)
    }

    private static func kind(of code: UInt16) -> Kind {
        switch Int32(code) {
        case ZMQ_EVENT_LISTENING: .listening
        case ZMQ_EVENT_ACCEPTED: .accepted
        case ZMQ_EVENT_ACCEPT_FAILED: .acceptFailed
        case ZMQ_EVENT_CONNECTED: .connected
        case ZMQ_EVENT_DISCONNECTED: .disconnected
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: .handshakeSucceeded
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: .refusedByKeyCheck
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: .handshakeViolated
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: .handshakeCut
        case ZMQ_EVENT_MONITOR_STOPPED: .stopped
        default: .other
        }
    }
}

/// A socket with the reports on its connections. Confined to the socket thread.
///
/// The reports must be read until `stopped`, after the socket was closed too: the library's thread waits when nobody
/// does. `stopped` is also how one learns that a closed socket has sent what it could and that its port is free.
final class MonitoredSocket {
    private var open: Socket?
    private let monitor: Socket
    private(set) var isStopped = false

    /// - Parameter prepare: sets the socket up before reports begin. A bind belongs there: the report on a failed one
    ///   overwrites the error number that would say why it failed.
    /// - Throws: what `prepare` throws, once all that it bound is free again; `system` where sockets cannot be made.
    init(
        _ kind: Socket.Kind, prepare: (borrowing Socket) throws(TransportError) -> Void
    ) throws(TransportError) {
        let socket = try Socket(kind)
        monitor = try Socket(.pair)
        var fault: TransportError?
        do throws(TransportError) { try prepare(socket) } catch { fault = error }
        let address = "inproc://sweep.monitor.\(Self.monitorCount.add(1, ordering: .relaxed).newValue)"
        try socket.startMonitor(at: address)
        try monitor.connect(to: address)
        open = consume socket
        if let fault {
            abandon()
            throw fault
        }
    }

    deinit {
        precondition(isStopped, "a monitored socket was given up before it was gone")
    }

    /// Closes the socket; what is queued is still sent within `milliseconds`.
    func close(lingering milliseconds: Int32) {
        open?.set(.linger, milliseconds)
        open = nil
    }

    /// Drops what is queued, closes, and waits until the socket is gone: for sockets that never joined a loop.
    func abandon() {
        close(lingering: 0)
        while !isStopped {
            var poll = PollSet()
            poll.add(monitor, receiving: true, sending: false)
            poll.wait(until: nil)
            _ = events()
        }
    }

    /// Uses the socket, unless it was closed.
    func withSocket<Result, Failure: Error>(
        _ body: (borrowing Socket) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard open != nil else { return nil }
        return try body(open!)
    }

    /// The reports since the last call.
    func events() -> [ConnectionEvent] {
        var events: [ConnectionEvent] = []
        while let message = monitor.receive(frameLimit: 2) {
            guard let event = ConnectionEvent(frames: message.frames) else { continue }
            if event.kind == .stopped { isStopped = true }
            events.append(event)
        }
        return events
    }

    /// - Parameters:
    ///   - receiving: whether to wake for messages.
    ///   - sending: whether to wake for room to send.
    func addInterests(to poll: inout PollSet, receiving: Bool, sending: Bool) {
        poll.add(monitor, receiving: true, sending: false)
        if open != nil && (receiving || sending) { poll.add(open!, receiving: receiving, sending: sending) }
    }

    private static let monitorCount = Atomic(0)
}
