import Synchronization

/// What has become of one end of a connection: it is attached to the socket thread once, and detached once.
struct SocketLifecycle: ~Copyable, Sendable {
    private enum State {
        case idle
        case running(SocketAttachment)
        case stopped
    }

    private let state = Mutex(State.idle)
    /// `router`, `dealer`.
    private let kind: StaticString

    init(of kind: StaticString) {
        self.kind = kind
    }

    deinit {
        state.withLock { state in
            if case .running = state { preconditionFailure("a \(kind) was given up without being stopped") }
        }
    }

    /// The way to the member on the socket thread; `nil` before the start and after the stop.
    var attachment: SocketAttachment? {
        state.withLock { state in
            if case .running(let attachment) = state { attachment } else { nil }
        }
    }

    /// - Returns: what `make` returned besides the member.
    /// - Throws: `alreadyStarted` at the second call, and what `make` throws.
    func start<Result: Sendable>(
        _ make: @escaping @Sendable (SocketLoop, Int) throws(TransportError) -> (any SocketMember, Result)
    ) throws(TransportError) -> Result {
        try state.withLock { (state) throws(TransportError) in
            guard case .idle = state else {
                throw TransportError(.alreadyStarted, "this \(kind) was started before", remedy: "make another one")
            }
            let (attachment, result) = try SocketThread.shared.attach(make)
            state = .running(attachment)
            return result
        }
    }

    /// Sends what is queued, for at most `flushing`, and closes. The second call does nothing.
    func stop(_ outbox: Outbox<some Sendable>, flushing: Duration) {
        let running: SocketAttachment? = state.withLock { state in
            defer { state = .stopped }
            if case .running(let attachment) = state { return attachment }
            return nil
        }
        guard let running else { return }
        outbox.shut()
        SocketThread.shared.detach(running, flushingUntil: .now + flushing)
    }
}
