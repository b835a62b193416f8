import Logging
import Synchronization

/// The worker's end: one DEALER, connected to the coordinator of a join token whenever that is there. A coordinator
/// that is getting another key is known by both.
///
/// It moves messages of at most `TransportLimits.messageByteCount` bytes and knows nothing of what they say. Messages
/// belong to a connection: with its end, those that wait are dropped, since the worker must introduce itself again
/// before it repeats what was not acknowledged.
///
/// `stop` must be called before the last reference goes.
public final class Dealer: Sendable {
    private let shared: DealerShared
    private let lifecycle = SocketLifecycle(of: "dealer")

    /// - Parameters:
    ///   - trusted: by which the coordinator is known; `nil` for the key in the token.
    ///   - inlet: takes the events; while it is full, nothing is read from the connection.
    public init(
        token: JoinToken, trusting trusted: TrustedKeys? = nil, inlet: Inlet<DealerEvent>,
        logger: Logger = Logger(label: "sweep.transport")
    ) {
        shared = DealerShared(
            token: token, trusted: trusted ?? TrustedKeys(token.coordinatorKey), inlet: inlet, logger: logger)
    }

    /// Begins to connect, and goes on until `stop`. A coordinator need not be there.
    ///
    /// - Throws: `system` where there are no descriptors left, `alreadyStarted` at the second call.
    public func start() throws(TransportError) {
        try lifecycle.start { [shared] (loop, _) throws(TransportError) in
            (try DealerMember(shared: shared, loop: loop), ())
        }
    }

    /// By which the coordinator is known now.
    public var trusted: TrustedKeys { shared.trusted.withLock { $0 } }

    /// The coordinator has named the key that it will have next. What is tried from then on is either.
    public func trust(next key: CurvePublicKey) {
        _ = shared.trusted.withLock { $0.learn(next: key) }
    }

    /// Queues `bytes` for the coordinator, without waiting.
    public func send(_ bytes: [UInt8]) -> SendOutcome {
        guard bytes.count <= TransportLimits.messageByteCount else { return .tooLarge }
        switch shared.outbox.enter(bytes, byteCount: bytes.count) {
        case .entered:
            attachment?.wake()
            return .queued
        case .full: return .full
        case .shut: return .notConnected
        }
    }

    /// Sends what is queued, for at most `flushing`, and closes. The second call does nothing.
    public func stop(flushing: Duration) { lifecycle.stop(shared.outbox, flushing: flushing) }

    private var attachment: SocketAttachment? { lifecycle.attachment }
}

/// What a dealer's callers and its member on the socket thread have in common.
final class DealerShared: Sendable {
    let token: JoinToken
    let trusted: Mutex<TrustedKeys>
    let inlet: Inlet<DealerEvent>
    let logger: Logger
    /// Open while there is a connection.
    let outbox = Outbox<[UInt8]>(isOpen: false)

    init(token: JoinToken, trusted: TrustedKeys, inlet: Inlet<DealerEvent>, logger: Logger) {
        self.token = token
        self.trusted = Mutex(trusted)
        self.inlet = inlet
        self.logger = logger
    }
}
