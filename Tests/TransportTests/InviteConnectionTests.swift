import Foundation
import Glibc
import TestSupport
import Testing
import Transport

/// Over the connection of an invite.
@Suite(.timeLimit(.minutes(1)))
struct InviteConnectionTests {
    @Test(arguments: ["tcp://127.0.0.1:0", "ipc://DIRECTORY/socket"])
    func `a call is handed on with the invite and the address, and is answered`(endpoint: String) throws {
        let coordinator = try TestCoordinator(endpoint)
        let (name, keys) = try coordinator.keys.invite()
        let worker = try TestWorker(coordinator.token(keys))
        try worker.awaitConnection()
        #expect(worker.dealer.send([1, 2]) == .queued)
        let call = try coordinator.nextEnrolment()
        #expect(call.invite == name && call.bytes == [1, 2] && call.peer.key == keys.publicKey)
        #expect(call.address == (endpoint.hasPrefix("tcp") ? "127.0.0.1" : ""))
        coordinator.router.send([3], to: call.peer)
        #expect(try worker.nextMessage() == [3])
        #expect(coordinator.router.counters == RouterCounters(sent: 1, enrolments: 1))
    }

    @Test func `a worker is let in under its own key while the coordinator runs`() throws {
        let coordinator = try TestCoordinator()
        let (name, keys) = try coordinator.keys.invite()
        let token = try coordinator.token(keys)
        let own = try CurveKeyPair.generate()
        _ = try KeyStore(directory: coordinator.keys.directory).enrol(own.publicKey, over: name, from: "")
        let worker = try TestWorker(token.with(own))
        try worker.awaitConnection()
        #expect(worker.dealer.send([7]) == .queued)
        let message = try coordinator.nextMessage()
        #expect(message.key == name && message.peer.key == own.publicKey && message.bytes == [7])
    }

    @Test func `a long message is dropped and counted, and ends the connection`() throws {
        let coordinator = try TestCoordinator()
        let worker = try TestWorker(coordinator.token(coordinator.keys.invite().keys))
        try worker.awaitConnection()
        let longest = [UInt8](repeating: 1, count: TransportLimits.enrolmentByteCount)
        #expect(worker.dealer.send(longest) == .queued)
        #expect(try coordinator.nextEnrolment().bytes == longest)
        #expect(worker.dealer.send(longest + [1]) == .queued)
        try worker.awaitDisconnection()
        #expect(coordinator.router.counters.enrolments == 1)
        #expect(coordinator.router.counters.enrolmentsDropped == 1)
        try coordinator.expectService()
    }

    @Test func `a flood is met with a few answers a second, and holds nobody up`() throws {
        let coordinator = try TestCoordinator()
        let worker = try TestWorker(coordinator.token(coordinator.keys.invite().keys))
        try worker.awaitConnection()
        let began = ContinuousClock.now
        let count = 2000
        for _ in 0..<count { #expect(worker.dealer.send([1]) == .queued) }
        func taken() -> Int { coordinator.router.counters.enrolments + coordinator.router.counters.enrolmentsDropped }
        let deadline = began + patience
        while taken() < count, ContinuousClock.now < deadline { sched_yield() }
        #expect(taken() == count)
        let seconds = Int((ContinuousClock.now - began) / .seconds(1)) + 1
        #expect((1...(20 + 5 * seconds)).contains(coordinator.router.counters.enrolments))
        try coordinator.expectService()
    }

    @Test func `nothing is taken for a worker's message, whatever it says`() throws {
        let coordinator = try TestCoordinator()
        let worker = try TestWorker(coordinator.token(coordinator.keys.invite().keys))
        try worker.awaitConnection()
        #expect(worker.dealer.send(Array("hello".utf8)) == .queued)
        _ = try coordinator.nextEnrolment()
        #expect(coordinator.inbox.passedOver.isEmpty)
        #expect(coordinator.router.counters.received == 0)
    }
}

/// A connection is ended.
@Suite(.timeLimit(.minutes(1)))
struct CutTests {
    /// A worker that has spoken, and its peer at the coordinator.
    private func connected(
        to coordinator: TestCoordinator, _ keys: CurveKeyPair
    ) throws -> (worker: TestWorker, peer: PeerID) {
        let worker = try TestWorker(coordinator.token(keys))
        try worker.awaitConnection()
        #expect(worker.dealer.send([1]) == .queued)
        return (worker, try coordinator.nextMessage().peer)
    }

    @Test(arguments: ["tcp://127.0.0.1:0", "ipc://DIRECTORY/socket"])
    func `a connection of a key that is revoked is ended, though nobody speaks; the others stay`(endpoint: String)
        throws
    {
        let coordinator = try TestCoordinator(endpoint)
        let (name, keys) = try coordinator.keys.admitWorker()
        let (other, _) = try connected(to: coordinator, coordinator.keys.admitWorker().keys)
        let (worker, peer) = try connected(to: coordinator, keys)
        try KeyStore(directory: coordinator.keys.directory).revoke(name)
        let ended: KeyName = try coordinator.inbox.next {
            if case .keyEnded(keys.publicKey, let name) = $0 { name } else { nil }
        }
        #expect(ended == name)
        try worker.awaitDisconnection()
        #expect(try worker.nextRefusal() == .revoked)
        coordinator.router.send([3], to: peer)
        #expect(try coordinator.nextUndeliverable() == (peer, .revoked))
        #expect(other.dealer.send([2]) == .queued)
        #expect(try coordinator.nextMessage().bytes == [2])
        #expect(!other.inbox.passedOver.contains(.disconnected))
    }

    @Test func `a connection is ended when the file of its key is removed by hand`() throws {
        let coordinator = try TestCoordinator()
        let (name, keys) = try coordinator.keys.admitWorker()
        let (worker, _) = try connected(to: coordinator, keys)
        unlink("\(coordinator.keys.directory)/workers/\(name)")
        try coordinator.awaitEnd(of: keys.publicKey)
        try worker.awaitDisconnection()
        #expect(try worker.nextRefusal() == .notAdmitted)
    }

    /// The directory is the same then, and the file has as many bytes as before.
    @Test func `a connection is ended when the file of its key is overwritten in its place, and the new key gets in`()
        throws
    {
        let coordinator = try TestCoordinator()
        let (name, keys) = try coordinator.keys.admitWorker()
        let (worker, _) = try connected(to: coordinator, keys)
        let successor = try CurveKeyPair.generate()
        let file = try #require(FileHandle(forWritingAtPath: "\(coordinator.keys.directory)/workers/\(name)"))
        try file.write(contentsOf: Data("\(successor.publicKey.text)\n".utf8))
        try file.close()
        try coordinator.awaitEnd(of: keys.publicKey)
        try worker.awaitDisconnection()
        let (_, peer) = try connected(to: coordinator, successor)
        #expect(peer.key == successor.publicKey)
    }

    @Test func `a revoked worker is cut off though it stays silent about it, with what it sends after that dropped`()
        throws
    {
        let coordinator = try TestCoordinator()
        let (name, keys) = try coordinator.keys.admitWorker()
        let client = try coordinator.rawClient(keys)
        #expect(client.send([[1]]) == .sent)
        _ = try coordinator.nextMessage()
        try KeyStore(directory: coordinator.keys.directory).revoke(name)
        try coordinator.awaitEnd(of: keys.publicKey)
        for _ in 0..<100 { _ = client.send([[2]]) }
        try coordinator.expectService()
        #expect(coordinator.router.counters.received == 2, "the first one, and the service's")
        _ = consume client
    }

    @Test func `a connection is ended on request, of one peer, and its worker may come back as another one`() throws {
        let coordinator = try TestCoordinator()
        let keys = try coordinator.keys.admitWorker().keys
        let (first, peer) = try connected(to: coordinator, keys)
        let (second, _) = try connected(to: coordinator, keys)
        coordinator.router.cut(peer)
        try first.awaitDisconnection()
        try first.awaitConnection()
        #expect(first.dealer.send([2]) == .queued)
        let back = try coordinator.nextMessage()
        #expect(back.bytes == [2] && back.peer != peer)
        #expect(second.dealer.send([3]) == .queued)
        #expect(try coordinator.nextMessage().bytes == [3])
        #expect(!second.inbox.passedOver.contains(.disconnected))
    }

    @Test func `a connection is ended on request, of all peers of a key`() throws {
        let coordinator = try TestCoordinator()
        let keys = try coordinator.keys.admitWorker().keys
        let workers = try (0..<3).map { _ in try connected(to: coordinator, keys).worker }
        coordinator.router.cut(keys.publicKey)
        for worker in workers { try worker.awaitDisconnection() }
        try coordinator.expectService()
    }

    /// A descriptor that libzmq has closed may be that of anything by then.
    @Test func `nothing else is ended when the connection is gone already`() throws {
        let coordinator = try TestCoordinator()
        let (worker, peer) = try connected(to: coordinator, coordinator.keys.admitWorker().keys)
        worker.dealer.stop(flushing: .zero)
        // Takes the numbers that are free: sockets of this process that are no connections of the router.
        var pairs: [Int32] = []
        for _ in 0..<64 {
            var pair: [Int32] = [-1, -1]
            #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
            pairs += pair
        }
        defer { for descriptor in pairs { close(descriptor) } }
        coordinator.router.cut(peer)
        try coordinator.expectService()
        for pair in 0..<64 {
            var byte: UInt8 = 7
            #expect(write(pairs[2 * pair], &byte, 1) == 1 && read(pairs[2 * pair + 1], &byte, 1) == 1)
        }
    }
}
