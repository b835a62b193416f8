import Logging

// The coordinator gets another key.

/// The endpoints of other hosts are given up, and not all of them bound again.
struct KeyChangeUnderWay {
    /// That are not bound yet.
    var endpoints: [Endpoint]
    var nextTry: ContinuousClock.Instant
    var begun: ContinuousClock.Instant
}

extension RouterMember {
    /// Between two attempts to bind an address that libzmq's thread has not freed yet. It takes some milliseconds
    /// (1.5 ms with 5 connections, 9 ms with 200; 4.3.4).
    private static let pause = Duration.milliseconds(5)
    /// An address that is not free for so long has gone to somebody else.
    private static let patience = Duration.seconds(1)

    /// Takes the key that the router was given, if it was.
    ///
    /// A key belongs to the endpoint that is bound while it is set. So the endpoints of other hosts are given up and
    /// bound again; for some milliseconds their ports take nobody, and workers try again. A second ROUTER beside this
    /// one could not have the port.
    func changeKeys(at now: ContinuousClock.Instant) {
        if let keys = shared.nextKeys.withLock({ $0.take() }) { giveUpEndpoints(for: keys, at: now) }
        guard let change = keyChange, now >= change.nextTry else { return }
        bindAgain(change, at: now)
    }

    private func giveUpEndpoints(for keys: CurveKeyPair, at now: ContinuousClock.Instant) {
        let remote = endpoints.filter { !$0.actual.isLocalSocket }
        // Called again before all of them are bound, it has given these up already.
        let waiting = keyChange?.endpoints ?? []
        guard !(remote.isEmpty && waiting.isEmpty) else { return }
        endpoints.removeAll { !$0.actual.isLocalSocket }
        socket.withSocket { socket in
            for endpoint in remote { endpoint.unbind(socket) }
            socket.setCurveServer(keys, domain: domain)
        }
        keyChange = KeyChangeUnderWay(endpoints: waiting + remote.map(\.actual), nextTry: now, begun: now)
    }

    private func bindAgain(_ change: KeyChangeUnderWay, at now: ContinuousClock.Instant) {
        var change = change
        do throws(TransportError) {
            while let endpoint = change.endpoints.first {
                let bound = try socket.withSocket { (socket) throws(TransportError) in
                    try BoundEndpoint(binding: socket, to: endpoint)
                }
                guard let bound else { return keyChange = nil }
                endpoints.append(bound)
                change.endpoints.removeFirst()
            }
            keyChange = nil
            shared.logger.notice(
                "listening with another key", metadata: ["endpoints": "\(endpoints.map(\.actual.description))"])
            followNewListeners()
        } catch {
            let isSlow = now - change.begun > Self.patience
            change.nextTry = now + (isSlow ? .milliseconds(500) : Self.pause)
            keyChange = change
            guard isSlow, let unreported = limiter.admit(at: now) else { return }
            shared.logger.error(
                "cannot listen with the new key; trying on",
                metadata: ["why": "\(error)", "unreported": "\(unreported)"])
        }
    }
}
