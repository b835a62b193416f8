import CZeroMQ
import Glibc

/// A ZeroMQ socket. It is closed when this value ends; it must live on one thread.
///
/// Nothing here blocks: sending and receiving say `full` and `nil` instead.
package struct Socket: ~Copyable {
    package enum Kind: Sendable {
        case router, dealer, reply, pair

        fileprivate var code: Int32 {
            switch self {
            case .router: ZMQ_ROUTER
            case .dealer: ZMQ_DEALER
            case .reply: ZMQ_REP
            case .pair: ZMQ_PAIR
            }
        }
    }

    package enum SendResult: Sendable, Equatable {
        case sent, full, unreachable
    }

    let handle: UnsafeMutableRawPointer
    private let frame = Frame()

    /// - Throws: `system` where there are too many sockets or descriptors.
    package init(_ kind: Kind) throws(TransportError) {
        guard let handle = zmq_socket(ZeroMQContext.shared.handle, kind.code) else {
            throw TransportError.exhausted("a socket", code: zmq_errno())
        }
        self.handle = handle
        // Always set: the default would keep a closed socket's messages for ever.
        set(.linger, 0)
    }

    deinit {
        // The handle is valid, and the call cannot fail otherwise. What lingers is sent by the library's own thread.
        zmq_close(handle)
    }

    /// Sends one message of `frames`, whole or not at all.
    package func send(_ frames: [[UInt8]]) -> SendResult {
        for (index, frame) in frames.enumerated() {
            let flags = index == frames.count - 1 ? ZMQ_DONTWAIT : ZMQ_DONTWAIT | ZMQ_SNDMORE
            switch callZeroMQ("zmq_send", { zmq_send(handle, frame, frame.count, flags) }) {
            case .done: continue
            case .wouldBlock:
                precondition(index == 0, "zmq_send took the first frame and refused frame \(index)")
                return .full
            case .unreachable:
                return .unreachable
            }
        }
        return .sent
    }

    /// The next message, or `nil` if there is none.
    ///
    /// - Parameter frameLimit: frames beyond this number are counted and dropped, not copied.
    package func receive(frameLimit: Int) -> ReceivedMessage? {
        guard frame.receive(from: handle) else { return nil }
        var message = ReceivedMessage()
        while true {
            if message.frameCount < frameLimit { message.append(frame) }
            message.frameCount += 1
            // The frames of a message arrive together, so that the next one is there.
            guard frame.hasMore, frame.receive(from: handle) else { return message }
        }
    }

    /// - Throws: a `TransportError` that names the address.
    package func connect(to address: String) throws(TransportError) {
        if zmq_connect(handle, address) != 0 {
            throw EndpointFailure.connecting(to: address, code: zmq_errno())
        }
    }

    /// - Throws: a `TransportError` that names the address, and what to do where it is in use or not this host's.
    package func bind(to address: String) throws(TransportError) {
        if zmq_bind(handle, address) != 0 {
            throw EndpointFailure.binding(to: address, code: zmq_errno())
        }
    }

    /// Frees the address at once. Closing does so only when the library's thread comes to it.
    func unbind(from address: String) {
        callZeroMQ("zmq_unbind") { zmq_unbind(handle, address) }
    }

    /// Where the last `bind` went, with the port that the system chose.
    package func lastEndpoint() -> String {
        var text = [CChar](repeating: 0, count: 256)
        var count = text.count
        callZeroMQ("zmq_getsockopt") { zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &text, &count) }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Has the library report on this socket's connections at an address for one `pair` socket.
    func startMonitor(at address: String) throws(TransportError) {
        if zmq_socket_monitor(handle, address, ZMQ_EVENT_ALL) != 0 {
            throw TransportError.exhausted("a socket's monitor", code: zmq_errno())
        }
    }
}

/// One message as it was received.
package struct ReceivedMessage {
    /// The first frames, up to the limit that was asked for.
    package fileprivate(set) var frames: [[UInt8]] = []
    /// The number of all frames.
    package fileprivate(set) var frameCount = 0
    /// What the key check named the sender, from the last frame read.
    ///
    /// Not from the first: 4.3.4 can lose the properties of a ROUTER's first frame after a poll (fixed in 4.3.5).
    package fileprivate(set) var userID: String?
    /// Over which the message came, from the last frame read; -1 where that is not known. By now it may be closed, or
    /// that of something else.
    package fileprivate(set) var descriptor: Int32 = -1

    fileprivate mutating func append(_ frame: borrowing Frame) {
        frames.append(frame.bytes)
        userID = frame.userID
        descriptor = frame.descriptor
    }
}

/// A `zmq_msg_t` at an address of its own, used again for each frame.
private struct Frame: ~Copyable {
    private let message: UnsafeMutablePointer<zmq_msg_t>

    init() {
        message = .allocate(capacity: 1)
        message.initialize(to: zmq_msg_t())
        zmq_msg_init(message)
    }

    deinit {
        zmq_msg_close(message)
        message.deallocate()
    }

    func receive(from socket: UnsafeMutableRawPointer) -> Bool {
        callZeroMQ("zmq_msg_recv", { zmq_msg_recv(message, socket, ZMQ_DONTWAIT) }) != .wouldBlock
    }

    var hasMore: Bool { zmq_msg_more(message) == 1 }

    var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: zmq_msg_data(message), count: zmq_msg_size(message))) }

    var descriptor: Int32 { zmq_msg_get(message, ZMQ_SRCFD) }

    var userID: String? { zmq_msg_gets(message, "User-Id").map { String(cString: $0) } }
}
