import TestSupport
import Testing
import Transport

/// A router takes another key, and its workers come back.
@Suite(.timeLimit(.minutes(1)))
struct KeyChangeTests {
    private func change(_ coordinator: TestCoordinator) throws -> CurveKeyPair {
        let next = try CurveKeyPair.generate()
        coordinator.router.change(to: next)
        return next
    }

    private func expectService(
        of coordinator: TestCoordinator, to worker: TestWorker, _ word: UInt8,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(worker.dealer.send([word]) == .queued, sourceLocation: sourceLocation)
        let message = try coordinator.nextMessage()
        #expect(message.bytes == [word], sourceLocation: sourceLocation)
        coordinator.router.send([word, word], to: message.peer)
        #expect(try worker.nextMessage() == [word, word], sourceLocation: sourceLocation)
    }

    @Test func `a worker that was told of the next key comes back with it, at the same port, and forgets the old one`()
        throws
    {
        let coordinator = try TestCoordinator()
        let workers = try (0..<5).map { _ in try TestWorker(coordinator.token()) }
        let next = try CurveKeyPair.generate()
        for (index, worker) in workers.enumerated() {
            try worker.awaitConnection()
            try expectService(of: coordinator, to: worker, UInt8(index))
            worker.dealer.trust(next: next.publicKey)
        }
        coordinator.router.change(to: next)
        for (index, worker) in workers.enumerated() {
            try worker.awaitDisconnection()
            try worker.awaitConnection()
            try expectService(of: coordinator, to: worker, UInt8(10 + index))
            #expect(worker.dealer.trusted == TrustedKeys(next.publicKey))
        }
    }

    @Test func `a worker that was not told is refused, and so is a new one with the old key`() throws {
        let coordinator = try TestCoordinator()
        let token = try coordinator.token()
        let worker = try TestWorker(token)
        try worker.awaitConnection()
        let next = try change(coordinator)
        try worker.awaitDisconnection()
        #expect(try worker.nextRefusal() == .wrongPeer)
        let fresh = try TestWorker(coordinator.token())
        #expect(try fresh.nextRefusal() == .wrongPeer)
        let invited = try TestWorker(coordinator.token(coordinatorKey: next.publicKey))
        try invited.awaitConnection()
        try expectService(of: coordinator, to: invited, 1)
    }

    /// Started again, it has both keys from its file, and does not know which of them holds.
    @Test(arguments: [false, true])
    func `a worker with both keys comes in whichever of them holds`(isChanged: Bool) throws {
        let coordinator = try TestCoordinator()
        let token = try coordinator.token()
        let next = try CurveKeyPair.generate()
        if isChanged {
            coordinator.router.change(to: next)
            // Whoever knows no other key comes in when it has changed.
            try TestWorker(coordinator.token(coordinatorKey: next.publicKey)).awaitConnection()
        }
        var inbox = Inbox<DealerEvent>()
        let trusted = TrustedKeys(token.coordinatorKey, next: next.publicKey)
        let dealer = Dealer(token: token, trusting: trusted, inlet: inbox.mailbox.inlet, logger: quietLogger)
        try dealer.start()
        defer { dealer.stop(flushing: .zero) }
        try inbox.next { $0 == .connected ? () : nil }
        #expect(dealer.trusted == (isChanged ? TrustedKeys(next.publicKey) : trusted))
        #expect(inbox.passedOver.isEmpty, "no key is given up for a stranger's")
    }

    @Test func `a key may change again before the first change is through`() throws {
        let coordinator = try TestCoordinator()
        let worker = try TestWorker(coordinator.token())
        try worker.awaitConnection()
        _ = try change(coordinator)
        let last = try change(coordinator)
        worker.dealer.trust(next: last.publicKey)
        try worker.awaitDisconnection()
        try worker.awaitConnection()
        try expectService(of: coordinator, to: worker, 7)
    }

    /// This user alone reaches it, and the worker of this host trains on.
    @Test func `a socket of the file system keeps its key`() throws {
        let coordinator = try TestCoordinator("ipc://DIRECTORY/socket")
        let worker = try TestWorker(coordinator.token())
        try worker.awaitConnection()
        _ = try change(coordinator)
        try expectService(of: coordinator, to: worker, 3)
        let later = try TestWorker(coordinator.token())
        try later.awaitConnection()
        try expectService(of: coordinator, to: later, 4)
        #expect(!worker.inbox.mailbox.take(until: .now).contains(.disconnected))
    }

    @Test func `what was on its way to a worker that goes is not said to have arrived`() throws {
        let coordinator = try TestCoordinator()
        let worker = try TestWorker(coordinator.token())
        try worker.awaitConnection()
        #expect(worker.dealer.send([1]) == .queued)
        let peer = try coordinator.nextMessage().peer
        _ = try change(coordinator)
        try worker.awaitDisconnection()
        // From then on the connection is not there, and the sender is told.
        coordinator.router.send([2], to: peer)
        #expect(try coordinator.nextUndeliverable().peer == peer)
    }
}
