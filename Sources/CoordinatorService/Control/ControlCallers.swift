import Glibc
import Messages

/// A connection to the control socket, closed when nobody holds it any more.
final class ControlPeer: Sendable {
    let socket: LineSocket

    init(descriptor: Int32) {
        socket = LineSocket(descriptor: descriptor)
    }

    func send(_ answer: SweepAnswer) {
        _ = socket.write(line: ControlLine.encoded(ControlReply(answer)))
    }
}

/// Those who are connected and have not yet said the whole of their request. Nobody waits for them.
///
/// There is a bound for how long each may take and for how many there are. Of too many the oldest one goes: whoever
/// has something to say says it at once, so those who have waited are silent.
struct ControlCallers {
    private struct Caller {
        let peer: ControlPeer
        let deadline: ContinuousClock.Instant
        var line: [UInt8] = []
    }

    static let countLimit = 16

    private let patience: Duration
    /// The oldest first.
    private var callers: [Caller] = []
    private var block = [UInt8](repeating: 0, count: 64 << 10)

    /// - Parameter patience: how long each may take to say its request.
    init(patience: Duration) {
        self.patience = patience
    }

    mutating func add(_ peer: ControlPeer, at now: ContinuousClock.Instant) {
        if callers.count >= Self.countLimit { callers.removeFirst() }
        callers.append(Caller(peer: peer, deadline: now + patience))
    }

    mutating func removeLate(at now: ContinuousClock.Instant) { callers.removeAll { $0.deadline <= now } }

    /// When `removeLate` has something to do.
    var nextDeadline: ContinuousClock.Instant? { callers.first?.deadline }

    var descriptors: [Int32] { callers.map { $0.peer.socket.descriptor } }

    /// Takes what has come from those whom `isReadable` names.
    ///
    /// - Returns: the requests that are complete.
    mutating func read(where isReadable: (Int32) -> Bool) -> [(peer: ControlPeer, line: [UInt8])] {
        var complete: [(peer: ControlPeer, line: [UInt8])] = []
        callers = callers.compactMap { caller in
            guard isReadable(caller.peer.socket.descriptor) else { return caller }
            var caller = caller
            switch readSome(of: &caller) {
            case .waits: return caller
            case .complete: complete.append((caller.peer, caller.line))
            case .ended: break
            }
            return nil
        }
        return complete
    }

    private enum Progress { case waits, complete, ended }

    private mutating func readSome(of caller: inout Caller) -> Progress {
        let count = recv(caller.peer.socket.descriptor, &block, block.count, Int32(MSG_DONTWAIT))
        if count < 0 { return [EAGAIN, EINTR].contains(errno) ? .waits : .ended }
        if let end = block[..<count].firstIndex(of: UInt8(ascii: "\n")) {
            caller.line += block[..<end]
            return .complete
        }
        caller.line += block[..<count]
        guard count > 0 else { return .ended }
        guard caller.line.count > LineSocket.byteLimit else { return .waits }
        caller.peer.send(.refused(reason: "the request has more than \(LineSocket.byteLimit >> 20) MiB"))
        return .ended
    }
}
