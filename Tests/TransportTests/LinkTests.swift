import TestSupport
import Testing
import Transport

/// A router and a dealer.
@Suite(.timeLimit(.minutes(1)))
struct LinkTests {
    @Test(.enabled(if: hasIPv6Loopback, "this host has no IPv6"))
    func `a router and a dealer carry messages both ways over IPv6`() throws {
        try `a router and a dealer carry messages both ways`(endpoint: "tcp://[::1]:0")
    }

    @Test(arguments: ["tcp://127.0.0.1:0", "tcp://*:0", "ipc://DIRECTORY/socket"])
    func `a router and a dealer carry messages both ways`(endpoint: String) throws {
        let coordinator = try TestCoordinator(endpoint)
        let (name, keys) = try coordinator.keys.admitWorker()
        // A wildcard is bound as all zeros, which is this host when one connects to it; no token is made for it.
        let address = coordinator.endpoints[0].description.replacing("0.0.0.0", with: "127.0.0.1")
        let worker = try TestWorker(
            JoinToken(
                endpoint: Endpoint(address), coordinatorKey: coordinator.keys.coordinatorKeys().publicKey,
                workerKeys: keys))
        try worker.awaitConnection()
        #expect(worker.dealer.send([]) == .queued)
        #expect(worker.dealer.send([1, 2, 3]) == .queued)
        let empty = try coordinator.nextMessage()
        let message = try coordinator.nextMessage()
        #expect(empty.bytes == [])
        #expect(message.bytes == [1, 2, 3])
        #expect(message.peer == empty.peer)
        #expect(message.peer.key == keys.publicKey)
        #expect(message.key == name)
        coordinator.router.send([4, 5], to: message.peer)
        #expect(try worker.nextMessage() == [4, 5])
        #expect(coordinator.router.counters == RouterCounters(received: 2, sent: 1))
    }

    @Test func `a router and a dealer tell workers apart`() throws {
        let coordinator = try TestCoordinator()
        let workers = try (0..<5).map { _ in try TestWorker(coordinator.token()) }
        var peers: [PeerID] = []
        for (index, worker) in workers.enumerated() {
            try worker.awaitConnection()
            #expect(worker.dealer.send([UInt8(index)]) == .queued)
            let message = try coordinator.nextMessage()
            #expect(message.bytes == [UInt8(index)])
            peers.append(message.peer)
        }
        #expect(Set(peers).count == 5)
        for (index, peer) in peers.enumerated() { coordinator.router.send([UInt8(index + 10)], to: peer) }
        for (index, worker) in workers.enumerated() { #expect(try worker.nextMessage() == [UInt8(index + 10)]) }
    }

    @Test func `a router and a dealer carry a message of the largest size, and refuse a larger one at once`() throws {
        let coordinator = try TestCoordinator()
        let worker = try TestWorker(coordinator.token())
        try worker.awaitConnection()
        let largest = [UInt8](repeating: 7, count: TransportLimits.messageByteCount)
        #expect(worker.dealer.send(largest + [7]) == .tooLarge)
        #expect(worker.dealer.send(largest) == .queued)
        let message = try coordinator.nextMessage()
        #expect(message.bytes == largest)
        coordinator.router.send(largest + [7], to: message.peer)
        #expect(try coordinator.nextUndeliverable().reason == .tooLarge)
        coordinator.router.send(largest, to: message.peer)
        #expect(try worker.nextMessage() == largest)
    }

    @Test func `a router and a dealer send what is queued before they close`() throws {
        let coordinator = try TestCoordinator()
        let worker = try TestWorker(coordinator.token())
        try worker.awaitConnection()
        let count = 3000
        for number in 0..<count { #expect(worker.dealer.send([UInt8(number & 255)]) == .queued) }
        worker.dealer.stop(flushing: patience)
        #expect(worker.dealer.send([1]) == .notConnected)
        for number in 0..<count { #expect(try coordinator.nextMessage().bytes == [UInt8(number & 255)]) }
    }

    @Test func `a router and a dealer hold messages back while a mailbox is full, and lose none`() throws {
        let coordinator = try TestCoordinator(capacity: 4)
        let worker = try TestWorker(coordinator.token())
        try worker.awaitConnection()
        let count = 4000
        for number in 0..<count {
            #expect(worker.dealer.send([UInt8(number & 255), UInt8(number >> 8)]) == .queued)
        }
        var received = 0
        let deadline = ContinuousClock.now + patience
        while received < count, ContinuousClock.now < deadline {
            let events = coordinator.inbox.mailbox.take(until: deadline)
            #expect(events.count <= 4)
            for case .message(_, _, let bytes) in events {
                #expect(bytes == [UInt8(received & 255), UInt8(received >> 8)])
                received += 1
            }
        }
        #expect(received == count)
    }

    @Test func `a router and a dealer say so when a peer does not read`() throws {
        let coordinator = try TestCoordinator()
        let worker = try TestWorker(coordinator.token(), capacity: 1)
        try worker.awaitConnection()
        #expect(worker.dealer.send([1]) == .queued)
        let peer = try coordinator.nextMessage().peer
        let bytes = [UInt8](repeating: 1, count: 8192)
        for _ in 0..<8000 { coordinator.router.send(bytes, to: peer) }
        #expect(try coordinator.nextUndeliverable().reason == .peerQueueFull)
        try coordinator.expectService()
    }

    @Test func `a router and a dealer say so when a peer is gone`() throws {
        let coordinator = try TestCoordinator()
        let worker = try TestWorker(coordinator.token())
        try worker.awaitConnection()
        #expect(worker.dealer.send([1]) == .queued)
        let peer = try coordinator.nextMessage().peer
        worker.dealer.stop(flushing: .zero)
        // What is sent before the router's end has seen the connection break is lost with it.
        let deadline = ContinuousClock.now + patience
        var events: [RouterEvent] = []
        while events.isEmpty, ContinuousClock.now < deadline {
            coordinator.router.send([2], to: peer)
            events = coordinator.inbox.mailbox.take(until: .now + .milliseconds(5))
        }
        #expect(events.first == .undeliverable(peer: peer, .unknownPeer))
        try coordinator.expectService()
    }

    @Test func `a router and a dealer find each other again after the coordinator's restart, as new peers`() throws {
        let first = try TestCoordinator()
        let worker = try TestWorker(first.token())
        try worker.awaitConnection()
        #expect(worker.dealer.send([1]) == .queued)
        let before = try first.nextMessage().peer
        first.router.stop(flushing: .zero)
        try worker.awaitDisconnection()
        #expect(worker.dealer.send([2]) == .notConnected)

        let second = try TestCoordinator(first.endpoints[0].description, directory: first.directory)
        try worker.awaitConnection()
        #expect(worker.dealer.send([3]) == .queued)
        let message = try second.nextMessage()
        #expect(message.bytes == [3])
        #expect(message.peer != before)
        second.router.send([4], to: before)
        #expect(try second.nextUndeliverable() == (before, .unknownPeer))
    }

    @Test func `a router and a dealer wait for a coordinator that is not there yet`() throws {
        let directory = TemporaryDirectory()
        let keys = try KeyStore(directory: "\(directory.path)/keys")
        let endpoint = "ipc://\(directory.path)/late"
        let worker = try TestWorker(
            JoinToken(
                endpoint: Endpoint(endpoint), coordinatorKey: keys.coordinatorKeys().publicKey,
                workerKeys: keys.admitWorker().keys))
        #expect(worker.dealer.send([1]) == .notConnected)
        let coordinator = try TestCoordinator(endpoint, directory: directory)
        try worker.awaitConnection()
        #expect(worker.dealer.send([2]) == .queued)
        #expect(try coordinator.nextMessage().bytes == [2])
    }
}
