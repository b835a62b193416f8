import Logging
import Synchronization

/// The coordinator's end: one ROUTER on any number of endpoints, all of them encrypted, and admitted keys only.
///
/// It moves messages of at most `TransportLimits.messageByteCount` bytes and knows nothing of what they say. What comes
/// in goes to the caller's mailbox; while that is full, nothing is read, and the senders' queues fill up. Nothing that
/// `send` is given disappears in silence while this end knows of it: see `RouterEvent.undeliverable`.
///
/// `stop` must be called before the last reference goes.
public final class Router: Sendable {
    private let shared: RouterShared
    private let endpoints: [Endpoint]
    private let keptDescriptors: Int
    private let lifecycle = SocketLifecycle(of: "router")

    /// - Parameters:
    ///   - keys: the coordinator's own key, and the admitted workers.
    ///   - endpoints: at least one.
    ///   - keptDescriptors: that are kept from connections for what else this process serves, besides a few for files.
    ///   - inlet: takes the events; its capacity is the number of messages that wait in this process.
    public init(
        keys: KeyStore, endpoints: [Endpoint], keeping keptDescriptors: Int = 0, inlet: Inlet<RouterEvent>,
        logger: Logger = Logger(label: "sweep.transport")
    ) {
        precondition(!endpoints.isEmpty, "a router without endpoints hears nobody")
        self.endpoints = endpoints
        self.keptDescriptors = keptDescriptors
        shared = RouterShared(keys: keys, inlet: inlet, logger: logger)
    }

    /// Binds all endpoints and begins to listen.
    ///
    /// - Returns: the endpoints as bound, in order, with the ports that the system chose.
    /// - Throws: `addressInUse`, `addressUnavailable`, `permissionDenied` for an endpoint that cannot be bound, what
    ///   the key store throws, `alreadyStarted` at the second call.
    public func start() throws(TransportError) -> [Endpoint] {
        let keys = try shared.keys.coordinatorKeys()
        return try lifecycle.start { [shared, endpoints, keptDescriptors] (loop, id) throws(TransportError) in
            let member = try RouterMember(
                shared: shared, keys: keys, endpoints: endpoints, keeping: keptDescriptors, id: id, loop: loop)
            return (member, member.endpoints.map(\.actual))
        }
    }

    /// Sends `bytes` to `peer`, without waiting. If it cannot, `undeliverable` comes in the mailbox.
    public func send(_ bytes: [UInt8], to peer: PeerID) {
        guard bytes.count <= TransportLimits.messageByteCount else { return shared.fail(peer, .tooLarge) }
        switch shared.outbox.enter(RouterShared.Outgoing(peer: peer, bytes: bytes), byteCount: bytes.count) {
        case .entered: attachment?.wake()
        case .full: shared.fail(peer, .outboxFull)
        case .shut: shared.fail(peer, .stopped)
        }
    }

    /// Ends the connection of `peer` in the socket thread's next turn, and drops what still comes of it from then on.
    /// What is in the mailbox stays there. The peer may connect again. Of a key that was revoked nothing needs to be
    /// said here: the router sees the files.
    public func cut(_ peer: PeerID) {
        shared.cuts.withLock { $0.append(.peer(peer)) }
        attachment?.wake()
    }

    /// As `cut` of every connection that the holder of `key` has.
    public func cut(_ key: CurvePublicKey) {
        shared.cuts.withLock { $0.append(.key(key)) }
        attachment?.wake()
    }

    /// Listens with another key from the socket thread's next turns on. Connections from other hosts end, as do those
    /// who come with the old key: workers that know this one come back by themselves, and say again what was not
    /// answered. Sockets of this host's file system keep the key with which they were bound.
    public func change(to keys: CurveKeyPair) {
        shared.nextKeys.withLock { $0 = keys }
        attachment?.wake()
    }

    public var counters: RouterCounters { shared.counters.withLock { $0 } }

    /// Sends what is queued, for at most `flushing`, closes the endpoints and returns when their addresses are free.
    /// The second call does nothing.
    public func stop(flushing: Duration) { lifecycle.stop(shared.outbox, flushing: flushing) }

    private var attachment: SocketAttachment? { lifecycle.attachment }
}

/// What a router's callers and its member on the socket thread have in common.
final class RouterShared: Sendable {
    struct Outgoing: Sendable {
        let peer: PeerID
        let bytes: [UInt8]
    }

    enum Cut: Sendable {
        case peer(PeerID)
        case key(CurvePublicKey)
    }

    let keys: KeyStore
    let inlet: Inlet<RouterEvent>
    let logger: Logger
    let outbox = Outbox<Outgoing>(isOpen: false)
    let counters = Mutex(RouterCounters())
    /// The cuts that the member has not carried out yet: as many as its callers ask for between two of its turns.
    let cuts = Mutex<[Cut]>([])
    /// The pair that the member has not begun to listen with.
    let nextKeys = Mutex<CurveKeyPair?>(nil)

    init(keys: KeyStore, inlet: Inlet<RouterEvent>, logger: Logger) {
        self.keys = keys
        self.inlet = inlet
        self.logger = logger
    }

    /// The number of these events is bounded by that of the caller's sends, so that they may enter a full mailbox.
    func fail(_ peer: PeerID, _ reason: Undeliverable) {
        counters.withLock { $0.undeliverable += 1 }
        inlet.put(.undeliverable(peer: peer, reason))
    }
}
