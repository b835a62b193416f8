import ChildProcesses
import Glibc
import HostSystem
import Synchronization

/// A bad network between a worker and its coordinator: passes connections on, late, or not at all.
///
/// It listens at 127.0.0.2, on the port that the coordinator has at 127.0.0.1, so that `sweep invite --address
/// 127.0.0.2` leads through it. Bytes of a connection are never dropped or swapped, as TCP's are not: a loss is a
/// delay, or the end of the connection.
final class Relay: Sendable {
    enum Weather: Sendable {
        case fair
        /// Every byte comes so much later.
        case delayed(milliseconds: Int)
        /// Connections stay, and nothing comes through: the half-open link of a host that lost its power.
        case silent
        /// As `silent`, towards the coordinator alone.
        case silentUpwards
    }

    private struct State {
        var weather = Weather.fair
        var cutsConnections = false
        var isStopped = false
    }

    private let state = Mutex(State())

    /// - Parameter port: the coordinator's.
    init(port: UInt16) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard withAddress([127, 0, 0, 2], port, { bind(listener, $0, $1) }) == 0, listen(listener, 16) == 0 else {
            close(listener)
            throw Listener.Failure()
        }
        NamedThread.detach(named: "relay") { [self] in
            var loop = RelayLoop(listener: listener, port: port)
            while true {
                let (weather, cuts, isStopped) = state.withLock { state in
                    defer { state.cutsConnections = false }
                    return (state.weather, state.cutsConnections, state.isStopped)
                }
                if isStopped { return loop.close() }
                if cuts { loop.cutConnections() }
                loop.turn(weather)
            }
        }
    }

    func set(_ weather: Weather) { state.withLock { $0.weather = weather } }

    /// Ends every connection; new ones can be made.
    func cutConnections() { state.withLock { $0.cutsConnections = true } }

    func stop() { state.withLock { $0.isStopped = true } }
}

private func withAddress(
    _ bytes: [UInt8], _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = bytes.withUnsafeBytes { $0.loadUnaligned(as: in_addr_t.self) }
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}

/// The relay's thread: copies between pairs of sockets, a turn of at most ten milliseconds at a time.
private struct RelayLoop {
    private struct Stream {
        let from: Int32
        let to: Int32
        let isUpwards: Bool
        /// What was read, and when it may go on.
        var waiting: [(due: ContinuousClock.Instant, bytes: [UInt8])] = []
    }

    private let listener: Int32
    private let port: UInt16
    private var streams: [Stream] = []

    init(listener: Int32, port: UInt16) {
        self.listener = listener
        self.port = port
    }

    mutating func turn(_ weather: Relay.Weather) {
        var polls = ([listener] + streams.map(\.from)).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        poll(&polls, nfds_t(polls.count), 10)
        var ended: Set<Int32> = []
        for (index, entry) in polls.dropFirst().enumerated() where entry.revents != 0 {
            if !read(streams[index], at: index, weather) { ended.formUnion([streams[index].from, streams[index].to]) }
        }
        for index in streams.indices where !flush(index, weather) {
            ended.formUnion([streams[index].from, streams[index].to])
        }
        drop(ended)
        if polls[0].revents != 0 { accept() }
    }

    private mutating func accept() {
        let near = Glibc.accept(listener, nil, nil)
        guard near >= 0 else { return }
        let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard withAddress([127, 0, 0, 1], port, { connect(far, $0, $1) }) == 0 else {
            Glibc.close(near)
            Glibc.close(far)
            return
        }
        streams.append(Stream(from: near, to: far, isUpwards: true))
        streams.append(Stream(from: far, to: near, isUpwards: false))
    }

    /// `false` at the end of the stream.
    private mutating func read(_ stream: Stream, at index: Int, _ weather: Relay.Weather) -> Bool {
        let bytes = readSome(from: stream.from)
        guard !bytes.isEmpty else { return false }
        let delay = if case .delayed(let milliseconds) = weather { milliseconds } else { 0 }
        streams[index].waiting.append((.now + .milliseconds(delay), bytes))
        return true
    }

    private mutating func flush(_ index: Int, _ weather: Relay.Weather) -> Bool {
        switch weather {
        case .silent: return true
        case .silentUpwards where streams[index].isUpwards: return true
        default: break
        }
        while let first = streams[index].waiting.first, first.due <= .now {
            streams[index].waiting.removeFirst()
            guard writeAll(first.bytes, to: streams[index].to, isSocket: true) == 0 else { return false }
        }
        return true
    }

    mutating func cutConnections() { drop(Set(streams.map(\.from))) }

    private mutating func drop(_ sockets: Set<Int32>) {
        for socket in sockets { Glibc.close(socket) }
        streams.removeAll { sockets.contains($0.from) }
    }

    mutating func close() {
        cutConnections()
        Glibc.close(listener)
    }
}
