import Glibc

/// The descriptors of connections, so that one can be ended of which libzmq has no call to end it.
///
/// libzmq names with each message the descriptor over which it came (`ZMQ_SRCFD`). That is a number, and its socket is
/// libzmq's: by the time somebody wants to end the connection, the number may stand for another one, or for a file. So
/// two things are asked, one when a descriptor is recorded, the other when it is used:
///
/// - Recorded is what the number stands for at that moment, by its inode, and only where that is a socket at one of the
///   addresses on which this router listens. The message may have waited while its connection ended and another one of
///   this router took the number: then the other one is recorded, until it speaks itself and so takes the record away.
///   A cut in that moment ends a connection of another worker, which comes back by itself and loses nothing. Nothing
///   but a worker's connection can be hit.
/// - To be used, the number is duplicated first. The duplicate cannot change any more, and is shut down only where its
///   inode is the recorded one; it does not matter what libzmq does with the number meanwhile. `shutdown` acts on the
///   connection and not on the descriptor, so that libzmq finds an ended connection, as if the other end had gone, and
///   closes what is its own.
///
/// A connection that has sent nothing has no record. It has done nothing either, and is cut with its first message.
///
/// There is one record a descriptor, so that their number is bounded by that of descriptors.
struct PeerSockets {
    private struct Connection {
        let peer: PeerID
        let identity: SocketIdentity
        var isCut = false
        var sending = SendBudget()
    }

    private let endpoints: [Endpoint]
    private var connections: [Int32: Connection] = [:]
    private var descriptors: [PeerID: Int32] = [:]

    /// - Parameter endpoints: on which the router listens.
    init(of endpoints: [Endpoint]) {
        self.endpoints = endpoints
    }

    /// A message of `peer` came over the descriptor. Costs system calls for the first message of a connection only.
    mutating func record(_ peer: PeerID, at descriptor: Int32) {
        guard descriptors[peer] != descriptor else { return }
        guard let identity = identity(of: descriptor) else { return }
        remove(descriptor)
        if let former = descriptors[peer] { remove(former) }
        connections[descriptor] = Connection(peer: peer, identity: identity)
        connections[descriptor]!.sending.learn(acknowledged: SocketTraffic(of: descriptor)?.acknowledgedByteCount)
        descriptors[peer] = descriptor
    }

    /// What the descriptor stands for now; `nil` where that is no connection at one of the router's addresses.
    func identity(of descriptor: Int32) -> SocketIdentity? {
        guard descriptor >= 0, let identity = SocketIdentity(descriptor), isOurs(descriptor) else { return nil }
        return identity
    }

    /// Whether the peer is sent more, and if so, counts it: not to one that leaves too much unread.
    mutating func mayBeSent(_ byteCount: Int, to peer: PeerID) -> Bool {
        guard let descriptor = descriptors[peer], connections[descriptor] != nil else { return true }
        if connections[descriptor]!.sending.isSpent {
            connections[descriptor]!.sending.learn(acknowledged: SocketTraffic(of: descriptor)?.acknowledgedByteCount)
        }
        guard !connections[descriptor]!.sending.isSpent else { return false }
        connections[descriptor]!.sending.record(sent: byteCount)
        return true
    }

    /// libzmq said that the connection of this descriptor has ended.
    mutating func remove(_ descriptor: Int32) {
        guard let connection = connections.removeValue(forKey: descriptor) else { return }
        descriptors[connection.peer] = nil
    }

    /// Whether the peer's connection was cut and may not have ended yet.
    func isCut(_ peer: PeerID) -> Bool { descriptors[peer].flatMap { connections[$0]?.isCut } ?? false }

    /// Where the peer is, as far as the kernel knows; empty for a socket of this host's file system.
    func address(of peer: PeerID) -> String { descriptors[peer].map(remoteAddress) ?? "" }

    /// Ends the connections of those whom `isMeant` names.
    ///
    /// - Returns: how many.
    @discardableResult
    mutating func cut(where isMeant: (PeerID) -> Bool) -> Int {
        var count = 0
        for (descriptor, connection) in connections where isMeant(connection.peer) {
            connections[descriptor]?.isCut = true
            if connection.identity.shutDown(descriptor) { count += 1 }
        }
        return count
    }

    /// Whether it is a connection at one of the router's addresses.
    private func isOurs(_ descriptor: Int32) -> Bool {
        var address = sockaddr_storage()
        guard let family = name(&address, getsockname, descriptor) else { return false }
        return endpoints.contains { endpoint in
            switch endpoint.address {
            case .tcp(_, let port): family != AF_UNIX && port == address.port
            case .ipc(let path): family == AF_UNIX && path == address.path
            }
        }
    }
}

private typealias NameCall = (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32

/// The family of one end's address; `nil` where there is none, or one of another kind than routers have.
private func name(_ address: inout sockaddr_storage, _ call: NameCall, _ descriptor: Int32) -> Int32? {
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let code = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call(descriptor, $0, &length) }
    }
    let family = Int32(address.ss_family)
    return code == 0 && [AF_INET, AF_INET6, AF_UNIX].contains(family) ? family : nil
}

private func remoteAddress(_ descriptor: Int32) -> String {
    var address = sockaddr_storage()
    guard let family = name(&address, getpeername, descriptor), family != AF_UNIX else { return "" }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let offset = family == AF_INET ? MemoryLayout.offset(of: \sockaddr_in.sin_addr) : 8
    let length = text.count
    let isNamed = withUnsafeBytes(of: &address) { bytes in
        inet_ntop(family, bytes.baseAddress! + (offset ?? 4), &text, socklen_t(length)) != nil
    }
    return isNamed ? String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : ""
}

extension sockaddr_storage {
    /// At the same place in the addresses of IPv4 and IPv6.
    fileprivate var port: UInt16 {
        withUnsafeBytes(of: self) { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
    }

    /// Of a socket in a file system.
    fileprivate var path: String {
        withUnsafeBytes(of: self) { bytes in
            String(decoding: bytes.dropFirst(2).prefix(Endpoint.longestPath + 1).prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
