import CZeroMQ
import Glibc
import HostSystem

/// Keeps connections from using up the descriptors that this process needs for its own files.
///
/// Whoever reaches the port can open connections, and each takes a descriptor until the time for its handshake is over.
/// libzmq takes them while there are any, faster than anybody can tell it to stop. So some descriptors are held in
/// reserve. When there are no others, the kernel is told to drop whatever asks the listening sockets for a connection,
/// and the reserve is let go: those that wait to be taken already get a part of it, the rest is for files and for what
/// else this process serves, which has a bound of its own. Connections that are there go on, and workers that are kept
/// waiting try again by themselves. To unbind would end the connections too.
///
/// Its owner calls `end`.
struct ConnectionGate {
    /// Listening sockets of TCP, which are libzmq's; they live as long as the router is open.
    private let listeners: [Int32]
    /// For what else this process serves.
    private let keptDescriptors: Int
    private var reserve: [Int32] = []
    private(set) var isClosed = false

    static let pause = Duration.seconds(1)

    /// - Parameter keptDescriptors: that are held in reserve besides those for files.
    init(listeningAt endpoints: [Endpoint], keeping keptDescriptors: Int) {
        self.keptDescriptors = keptDescriptors
        let ports = endpoints.compactMap { endpoint in
            if case .tcp(_, let port) = endpoint.address { port } else { nil }
        }
        // They were just made, so their numbers are low.
        let numbers = 0..<Int32(min(FileLimit.current.soft, 4096))
        listeners = ports.isEmpty ? [] : numbers.filter { ports.contains(listeningPort(of: $0) ?? 0) }
        if !listeners.isEmpty { _ = fillReserve() }
    }

    /// Closes the gate if it can be closed: there was no descriptor for a connection.
    ///
    /// - Returns: `true` where it has closed now.
    mutating func closeForWantOfDescriptors() -> Bool {
        guard !isClosed, !listeners.isEmpty else { return false }
        let closed = listeners.filter { zeromq_drop_connections($0) == 0 }
        isClosed = closed.count == listeners.count
        if isClosed {
            releaseReserve()
        } else {
            for listener in closed { zeromq_take_connections(listener) }
        }
        return isClosed
    }

    /// Opens again once there is room.
    ///
    /// - Returns: `true` where it has opened now.
    mutating func openIfThereIsRoom() -> Bool {
        guard isClosed, fillReserve() else { return false }
        for listener in listeners { zeromq_take_connections(listener) }
        isClosed = false
        return true
    }

    mutating func end() { releaseReserve() }

    /// Takes all or none.
    private mutating func fillReserve() -> Bool {
        let waiting = DescriptorShares.waitingConnections() * listeners.count
        let count = waiting + DescriptorShares.files + keptDescriptors
        guard freeDescriptorCount() >= count - reserve.count else { return false }
        while reserve.count < count {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                releaseReserve()
                return false
            }
            reserve.append(descriptor)
        }
        return true
    }

    private mutating func releaseReserve() {
        for descriptor in reserve { close(descriptor) }
        reserve = []
    }
}

/// How many this process may still open. Counted, not tried: that would leave none to its other threads for a moment,
/// and the language's runtime ends the process where it gets none.
private func freeDescriptorCount() -> Int {
    guard let directory = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(directory) }
    // Besides the directory itself, its parent and the descriptor that reads it.
    var openCount = -3
    while readdir(directory) != nil { openCount += 1 }
    return FileLimit.current.soft - openCount
}

/// The port at which a descriptor listens; `nil` where it is no such socket.
private func listeningPort(of descriptor: Int32) -> UInt16? {
    var isListening: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0, isListening != 0 else {
        return nil
    }
    var address = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let code = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard code == 0, [AF_INET, AF_INET6].contains(Int32(address.sin6_family)) else { return nil }
    // At the same place in the addresses of both families.
    return UInt16(bigEndian: address.sin6_port)
}
