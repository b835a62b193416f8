import HostSystem

/// Why no connection to a coordinator comes about, and what to check.
public enum ConnectionTrouble: Sendable, Equatable, CustomStringConvertible {
    /// The host's name cannot be resolved; the resolver's words.
    case unknownName(String)
    /// The host is there, and nothing listens at the port.
    case refused
    /// The system knows no way to the host: the `errno`.
    case noRoute(Int32)
    /// The host neither takes the connection nor refuses it.
    case noAnswer
    /// Something takes the connection and says nothing.
    case silent
    /// Something takes the connection and ends it without a word.
    case closed
    /// Something takes the connection and says this, which is not ZeroMQ.
    case stranger(String)
    /// What listens speaks ZeroMQ, but the handshake does not end.
    case handshakeStalls
    /// The `errno` of another failure.
    case other(Int32)

    public var description: String {
        switch self {
        case .unknownName(let reason):
            "the host's name is not known here (\(reason)): check it, or use an address (sweep invite --address ADDR)"
        case .refused:
            "connection refused, nothing listens there: see that sweep run is at work on that host, with --listen and "
                + "this port"
        case .noRoute(let code):
            "there is no way to that host (\(SystemReason.words(code))): check the network and the address (sweep "
                + "invite "
                + "--address ADDR names another)"
        case .noAnswer:
            "no answer: see that the host is up, that no firewall drops the port, and that the address is the right "
                + "one "
                + "(sweep invite --address ADDR names another)"
        case .silent:
            "something takes the connection and says nothing: another program may have the port, or the coordinator is "
                + "held up"
        case .closed:
            "something takes the connection and ends it at once: a forwarder (ssh -L, a proxy) whose far end does not "
                + "answer, or a coordinator that has no room for one more; see that sweep run is at work behind it"
        case .stranger(let words):
            "what answers is not a coordinator (it says “\(words)”): another program has the port"
        case .handshakeStalls:
            "a coordinator seems to answer, but does not end the handshake: it may be held up, or just ended"
        case .other(let code): SystemReason.text(code)
        }
    }
}
