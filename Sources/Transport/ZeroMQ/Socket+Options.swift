import CZeroMQ

/// The bounds that hold for every message.
public enum TransportLimits {
    /// The largest message that either side sends or takes.
    public static let messageByteCount = 1 << 20

    /// The largest message over the connection of an invite.
    public static let enrolmentByteCount = 1024

    /// libzmq's bound is on the frame as it comes: the message in its CURVE envelope of 33 bytes.
    static let frameByteCount = messageByteCount + 64

    /// Messages that libzmq keeps at a worker before it reads no more of the connection: with the largest ones 64 MiB.
    /// A worker asks for one piece of a checkpoint at a time.
    static let receiveHighWaterMark: Int32 = 64

    /// Messages that libzmq keeps for one peer before it refuses more: a worker of a thousand slots is given a task for
    /// each at once. Their bytes are bounded by `SendBudget`.
    static let sendHighWaterMark: Int32 = 1000
}

extension Socket {
    package struct Option: Sendable {
        fileprivate let code: Int32

        static let backlog = Self(code: ZMQ_BACKLOG)
        static let linger = Self(code: ZMQ_LINGER)
        static let sendHighWaterMark = Self(code: ZMQ_SNDHWM)
        static let receiveHighWaterMark = Self(code: ZMQ_RCVHWM)
        static let routerMandatory = Self(code: ZMQ_ROUTER_MANDATORY)
        static let routerHandover = Self(code: ZMQ_ROUTER_HANDOVER)
        static let immediate = Self(code: ZMQ_IMMEDIATE)
        static let handshakeInterval = Self(code: ZMQ_HANDSHAKE_IVL)
        static let connectTimeout = Self(code: ZMQ_CONNECT_TIMEOUT)
        static let reconnectInterval = Self(code: ZMQ_RECONNECT_IVL)
        static let reconnectIntervalMax = Self(code: ZMQ_RECONNECT_IVL_MAX)
        static let keepAlive = Self(code: ZMQ_TCP_KEEPALIVE)
        static let keepAliveIdle = Self(code: ZMQ_TCP_KEEPALIVE_IDLE)
        static let keepAliveInterval = Self(code: ZMQ_TCP_KEEPALIVE_INTVL)
        static let keepAliveCount = Self(code: ZMQ_TCP_KEEPALIVE_CNT)
        static let maximumRetransmission = Self(code: ZMQ_TCP_MAXRT)
        static let ipv6 = Self(code: ZMQ_IPV6)
        static let curveServer = Self(code: ZMQ_CURVE_SERVER)
        static let enforceZapDomain = Self(code: ZMQ_ZAP_ENFORCE_DOMAIN)
    }

    package func set(_ option: Option, _ value: Int32) {
        var value = value
        callZeroMQ("zmq_setsockopt") { zmq_setsockopt(handle, option.code, &value, MemoryLayout<Int32>.size) }
    }

    /// What holds for a socket at either end of a link between hosts.
    func configureLink() {
        set(.sendHighWaterMark, TransportLimits.sendHighWaterMark)
        set(.receiveHighWaterMark, TransportLimits.receiveHighWaterMark)
        setMaximumFrameSize(Int64(TransportLimits.frameByteCount))
        set(.handshakeInterval, 5_000)
        // A link that is gone is found by the kernel after 15 s: nothing sent is acknowledged, or nothing is heard.
        // The heartbeats of libzmq would find it too, but where a connection that is not being read breaks, the next
        // one ends the process: "Assertion failed: !_io_error (src/stream_engine_base.cpp:331)", 4.3.4 and 4.3.5.
        set(.keepAlive, 1)
        set(.keepAliveIdle, 5)
        set(.keepAliveInterval, 5)
        set(.keepAliveCount, 2)
        set(.maximumRetransmission, 15_000)
    }

    /// The client's end of CURVE: it proves its own key, and speaks only to the holder of `serverKey`.
    package func setCurveClient(_ keys: CurveKeyPair, serverKey: CurvePublicKey) {
        set(ZMQ_CURVE_SERVERKEY, serverKey.text)
        set(ZMQ_CURVE_PUBLICKEY, keys.publicKey.text)
        set(ZMQ_CURVE_SECRETKEY, keys.secretKey.text)
    }

    /// The server's end of CURVE. Without a ZAP handler for `domain`, nobody gets in: CURVE alone would let in
    /// everybody.
    func setCurveServer(_ keys: CurveKeyPair, domain: String) {
        set(.curveServer, 1)
        set(ZMQ_CURVE_SECRETKEY, keys.secretKey.text)
        set(ZMQ_ZAP_DOMAIN, domain)
        set(.enforceZapDomain, 1)
    }

    private func setMaximumFrameSize(_ byteCount: Int64) {
        var value = byteCount
        callZeroMQ("zmq_setsockopt") {
            zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &value, MemoryLayout<Int64>.size)
        }
    }

    private func set(_ option: Int32, _ text: String) {
        callZeroMQ("zmq_setsockopt") { zmq_setsockopt(handle, option, text, text.utf8.count) }
    }
}
