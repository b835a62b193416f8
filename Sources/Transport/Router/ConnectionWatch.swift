/// Ends the connections that hold too many bytes in this process: see `HeldBytes`.
///
/// libzmq has no hook for it, so this is a watch: it looks at every connection now and then, and spends at most a
/// fiftieth of the thread's time with it. Between two looks a connection brings what the network carries. Sockets of
/// this host's file system are not watched: the kernel does not count there, and only processes of this user reach
/// them.
struct ConnectionWatch {
    private static let timeShare = 50

    private let pause: Duration
    private var held = HeldBytes()
    private var identities: [Int32: SocketIdentity] = [:]
    private var nextLook = ContinuousClock.now

    init(every pause: Duration = .milliseconds(50)) {
        self.pause = pause
    }

    /// When `look` is due; `nil` while there is no connection.
    var deadline: ContinuousClock.Instant? { held.isEmpty ? nil : nextLook }

    /// A connection was accepted, and this is what its descriptor stands for.
    mutating func begin(_ descriptor: Int32, _ identity: SocketIdentity) {
        guard SocketTraffic(of: descriptor) != nil else { return }
        identities[descriptor] = identity
        held.begin(descriptor)
    }

    mutating func end(_ descriptor: Int32) {
        identities[descriptor] = nil
        held.end(descriptor)
    }

    mutating func recordMessage(over descriptor: Int32) { held.recordMessage(over: descriptor) }

    /// - Returns: how many connections were ended.
    mutating func look(at now: ContinuousClock.Instant) -> Int {
        guard let deadline, now >= deadline else { return 0 }
        let ended = held.look { SocketTraffic(of: $0)?.receivedByteCount }
        var count = 0
        for descriptor in ended where identities.removeValue(forKey: descriptor)?.shutDown(descriptor) == true {
            count += 1
        }
        let end = ContinuousClock.now
        nextLook = end + max(pause, (end - now) * Self.timeShare)
        return count
    }
}
