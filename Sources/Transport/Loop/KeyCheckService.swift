/// Answers libzmq's question for each handshake, whether the holder of a key may come in (ZAP, RFC 27 of ZeroMQ).
///
/// Confined to the socket thread. Each router asks under a domain of its own; an unknown domain, another mechanism than
/// CURVE or a malformed question is refused.
final class KeyCheckService {
    enum Verdict {
        case admitted
        case refused
        /// As `refused`, and the peer is told that its key was admitted once.
        case revoked
        /// Nobody can tell now: the peer is cut off without a word, and tries again; a peer that was admitted before
        /// tries for as long as it takes.
        case unknown
    }

    /// - Parameters: the key that the peer has proved to hold, and its address.
    typealias Judge = (CurvePublicKey, String) -> Verdict

    /// The status of ZAP with which a revoked key is refused. It means an error of the key check there, of which this
    /// one has none to tell; of what a handshake's end says to the peer it is the one thing that can be chosen.
    static let revokedStatus: UInt32 = 500

    private let socket: Socket
    private var judges: [String: Judge] = [:]

    /// - Throws: `system` where no socket can be made.
    init() throws(TransportError) {
        socket = try Socket(.reply)
        try socket.bind(to: Self.address)
    }

    deinit {
        socket.unbind(from: Self.address)
    }

    private static let address = "inproc://zeromq.zap.01"

    func addJudge(for domain: String, _ judge: @escaping Judge) { judges[domain] = judge }

    func removeJudge(for domain: String) { judges[domain] = nil }

    func addInterests(to poll: inout PollSet) {
        poll.add(socket, receiving: true, sending: false)
    }

    func turn() {
        while let request = socket.receive(frameLimit: 7) {
            let result = socket.send(answer(to: request))
            precondition(result == .sent, "a reply within the process cannot wait")
        }
    }

    /// A question has the frames version, request id, domain, address, routing id, mechanism, and for CURVE the key.
    private func answer(to request: ReceivedMessage) -> [[UInt8]] {
        let frames = request.frames
        let version = Array("1.0".utf8)
        let requestID = frames.count > 1 ? frames[1] : []
        guard request.frameCount == 7, frames[0] == version, frames[5] == Array("CURVE".utf8),
            let key = CurvePublicKey(bytes: frames[6]),
            let judge = judges[String(decoding: frames[2], as: UTF8.self)]
        else { return [version, requestID, Array("400".utf8), Array("not admitted".utf8), [], []] }
        return switch judge(key, String(decoding: frames[3], as: UTF8.self)) {
        // The user id comes with each message of the connection, and each message is checked by it.
        case .admitted: [version, requestID, Array("200".utf8), [], Array(key.text.utf8), []]
        case .revoked: [version, requestID, Array("\(Self.revokedStatus)".utf8), Array("revoked".utf8), [], []]
        case .refused: [version, requestID, Array("400".utf8), Array("not admitted".utf8), [], []]
        case .unknown: [version, requestID, Array("300".utf8), Array("try again".utf8), [], []]
        }
    }
}
