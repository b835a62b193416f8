import Glibc
import Testing
import Transport

/// Nobody gets in.
@Suite(.timeLimit(.minutes(1)))
struct AdmissionTests {
    @Test func `nobody gets in with a key that was not invited; both ends hear of it, and the worker goes on trying`()
        throws
    {
        let coordinator = try TestCoordinator()
        let stranger = try CurveKeyPair.generate()
        let worker = try TestWorker(coordinator.token(stranger))
        #expect(try worker.nextRefusal() == .notAdmitted)
        #expect(try worker.nextRefusal() == .notAdmitted)
        let refusal = try coordinator.nextRefusal()
        #expect(refusal.reason == .unknownKey(stranger.publicKey))
        #expect(refusal.address == "127.0.0.1")
        #expect(worker.inbox.passedOver.isEmpty)
        #expect(worker.dealer.send([1]) == .notConnected)
        try coordinator.expectService()
        #expect(coordinator.router.counters.received == 1)
    }

    @Test func `nobody gets in over ipc with a key that was not invited either`() throws {
        let coordinator = try TestCoordinator("ipc://DIRECTORY/socket")
        let stranger = try CurveKeyPair.generate()
        let worker = try TestWorker(coordinator.token(stranger))
        #expect(try worker.nextRefusal() == .notAdmitted)
        #expect(try coordinator.nextRefusal().reason == .unknownKey(stranger.publicKey))
        try coordinator.expectService()
    }

    @Test func `a key gets in once it is invited, by another process say, while the coordinator runs`() throws {
        let coordinator = try TestCoordinator()
        try coordinator.expectService()
        let other = try KeyStore(directory: coordinator.keys.directory)
        let (name, keys) = try other.admitWorker()
        let worker = try TestWorker(coordinator.token(keys))
        try worker.awaitConnection()
        #expect(worker.dealer.send([9]) == .queued)
        #expect(try coordinator.nextMessage().key == name)
    }

    @Test func `nobody gets in while nobody can be told from a stranger; an invited worker gets in later`() throws {
        let coordinator = try TestCoordinator()
        let keys = try coordinator.keys.admitWorker().keys
        let directory = "\(coordinator.keys.directory)/workers"
        chmod(directory, 0o777)
        let worker = try TestWorker(coordinator.token(keys))
        guard case .keysUnavailable = try coordinator.nextRefusal().reason else {
            Issue.record("refused for another reason")
            return
        }
        chmod(directory, 0o700)
        try worker.awaitConnection()
        #expect(!worker.inbox.passedOver.contains(.refused(.notAdmitted)))
    }

    @Test func `nobody gets in any more with a revoked key: messages of the connection end at once, both ways`() throws
    {
        let coordinator = try TestCoordinator()
        let (name, keys) = try coordinator.keys.admitWorker()
        let worker = try TestWorker(coordinator.token(keys))
        try worker.awaitConnection()
        #expect(worker.dealer.send([1]) == .queued)
        let peer = try coordinator.nextMessage().peer

        try KeyStore(directory: coordinator.keys.directory).revoke(name)
        // What is sent now is dropped, unless the connection is gone before.
        _ = worker.dealer.send([2])
        try coordinator.awaitEnd(of: keys.publicKey)
        try worker.awaitDisconnection()
        #expect(coordinator.router.counters.received == 1)
        coordinator.router.send([3], to: peer)
        #expect(try coordinator.nextUndeliverable() == (peer, .revoked))
        try coordinator.expectService()

        let again = try TestWorker(coordinator.token(keys))
        #expect(try again.nextRefusal() == .revoked)
        #expect(try coordinator.nextRefusal().reason == .revokedKey(keys.publicKey))
    }

    @Test func `nobody is taken for a coordinator with another key than the token's`() throws {
        let coordinator = try TestCoordinator()
        let worker = try TestWorker(coordinator.token(coordinatorKey: CurveKeyPair.generate().publicKey))
        #expect(try worker.nextRefusal() == .wrongPeer)
        #expect(!worker.inbox.passedOver.contains(.connected))
        #expect(try coordinator.nextRefusal().reason == .violation)
        try coordinator.expectService()
    }

    @Test func `nobody is taken for a coordinator who speaks another protocol; the worker waits for the coordinator`()
        throws
    {
        let server = try RawServer(answering: Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
        let token = try JoinToken(
            endpoint: Endpoint("tcp://127.0.0.1:\(server.port)"), coordinatorKey: CurveKeyPair.generate().publicKey,
            workerKeys: .generate())
        let worker = try TestWorker(token)
        for _ in 0..<2 { #expect(try worker.nextTrouble() == .stranger("HTTP/1.1 400 Bad Request")) }
        #expect(worker.inbox.passedOver.isEmpty)
    }

    @Test func `nobody gets in without encryption`() throws {
        let coordinator = try TestCoordinator()
        let client = try Socket(.dealer)
        try client.connect(to: coordinator.endpoints[0].description)
        #expect(client.send([[1, 2, 3]]) == .sent)
        #expect(try coordinator.nextRefusal().reason == .violation)
        try coordinator.expectService()
        #expect(coordinator.router.counters.received == 1)
        _ = consume client
    }

    @Test(
        arguments: [
            Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8), [UInt8](repeating: 0, count: 4096),
            [UInt8](repeating: 255, count: 4096), [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F], [],
        ])
    func `nobody gets in with bytes that are no ZeroMQ`(bytes: [UInt8]) throws {
        let coordinator = try TestCoordinator()
        guard case .tcp(_, let port) = coordinator.endpoints[0].address else { return }
        let client = try RawClient(port: port)
        client.send(bytes)
        try coordinator.expectService()
        #expect(coordinator.router.counters.received == 1)
        client.close()
        try coordinator.expectService()
    }

    @Test func `a frame over the limit ends its connection, and the next one serves`() throws {
        let coordinator = try TestCoordinator()
        let keys = try coordinator.keys.admitWorker().keys
        let client = try coordinator.rawClient(keys)
        #expect(client.send([[1]]) == .sent)
        let before = try coordinator.nextMessage().peer
        #expect(client.send([[UInt8](repeating: 1, count: TransportLimits.messageByteCount + 65)]) == .sent)
        let deadline = ContinuousClock.now + patience
        var message: RouterEvent?
        while message == nil, ContinuousClock.now < deadline {
            _ = client.send([[2]])
            message = coordinator.inbox.mailbox.take(until: .now + .milliseconds(20)).first
        }
        guard case .message(let peer, _, let bytes) = message else {
            Issue.record("the client did not come back: \(String(describing: message))")
            return
        }
        #expect(bytes == [2])
        #expect(peer != before)
        _ = consume client
    }

    @Test func `parts without an end are cut off before they are many, and others are served`() throws {
        let coordinator = try TestCoordinator()
        let client = try coordinator.rawClient(coordinator.keys.admitWorker().keys)
        let part = [UInt8](repeating: 1, count: TransportLimits.messageByteCount)
        #expect(client.send(Array(repeating: part, count: 128)) == .sent)
        let deadline = ContinuousClock.now + patience
        while coordinator.router.counters.overfull == 0, ContinuousClock.now < deadline {
            _ = coordinator.inbox.mailbox.take(until: .now + .milliseconds(20))
        }
        #expect(coordinator.router.counters.overfull > 0)
        #expect(coordinator.router.counters.received == 0)
        try coordinator.expectService()
        _ = consume client
    }

    @Test func `a flood of messages is cut off with a reason, its key is kept out, and others are served`() throws {
        let coordinator = try TestCoordinator(capacity: 100_000)
        let client = try coordinator.rawClient(coordinator.keys.admitWorker("flood").keys)
        let deadline = ContinuousClock.now + patience
        var cut: (name: KeyName, reason: String)?
        while cut == nil, ContinuousClock.now < deadline {
            for _ in 0..<1_000 { _ = client.send([[1]]) }
            for case .cutOff(_, let name, let reason) in coordinator.inbox.mailbox.take(until: .now) {
                cut = (name, reason)
            }
        }
        #expect(cut?.name.rawValue == "flood" && cut?.reason == "more than 4000 messages a second")
        let received = coordinator.router.counters.received
        #expect(received >= PeerBudget.messages.burst)
        for _ in 0..<1_000 { _ = client.send([[1]]) }
        try coordinator.expectService()
        #expect(coordinator.router.counters.received == received + 1, "the other's")
        _ = consume client
    }

    @Test func `messages of several frames are counted and dropped, and the connection goes on`() throws {
        let coordinator = try TestCoordinator()
        let client = try coordinator.rawClient(coordinator.keys.admitWorker().keys)
        #expect(client.send([[], [1]]) == .sent)
        #expect(client.send((0..<200).map { [UInt8($0)] }) == .sent)
        #expect(client.send([[7]]) == .sent)
        #expect(try coordinator.nextMessage().bytes == [7])
        #expect(coordinator.router.counters == RouterCounters(received: 1, malformed: 2))
        _ = consume client
    }
}
