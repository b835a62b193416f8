import Foundation
import Glibc
import TestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(2)))
struct LifecycleTests {
    @Test func `a start throws at once when the port is in use, and harms neither router`() throws {
        let coordinator = try TestCoordinator()
        let endpoint = coordinator.endpoints[0].description
        let error = #expect(throws: TransportError.self) { try TestCoordinator(endpoint) }
        #expect(error?.code == .addressInUse)
        #expect(error?.description.contains(endpoint) == true)
        #expect(error?.remedy?.contains("another port") == true)
        try coordinator.expectService()
    }

    @Test(
        arguments: ["tcp://192.0.2.1:0", "tcp://nosuchinterface:0", "ipc://DIRECTORY/missing/socket"])
    func `a start throws at once when the address is not to be had`(endpoint: String) {
        let error = #expect(throws: TransportError.self) { try TestCoordinator(endpoint) }
        #expect(error?.code == .addressUnavailable, "\(error?.description ?? "")")
        #expect(error?.remedy != nil)
    }

    @Test(.enabled(if: geteuid() != 0, "root may do it"))
    func `a start throws at once without the right to bind`() throws {
        let directory = TemporaryDirectory()
        mkdir("\(directory.path)/closed", 0o500)
        let error = #expect(throws: TransportError.self) { try TestCoordinator("ipc://\(directory.path)/closed/s") }
        #expect(error?.code == .permissionDenied)
    }

    @Test func `a start frees what was bound when a later endpoint cannot be`() throws {
        let directory = TemporaryDirectory()
        let keys = try KeyStore(directory: "\(directory.path)/keys")
        let socket = try Endpoint("ipc://\(directory.path)/socket")
        let router = Router(
            keys: keys, endpoints: [socket, try Endpoint("tcp://192.0.2.1:0")], inlet: Mailbox(capacity: 1).inlet,
            logger: quietLogger)
        #expect(throws: TransportError.self) { try router.start() }
        #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/socket"))
    }

    @Test func `a router serves several endpoints, and names each as it was bound`() throws {
        let directory = TemporaryDirectory()
        let keys = try KeyStore(directory: "\(directory.path)/keys")
        var inbox = Inbox<RouterEvent>()
        let endpoints = try ["ipc://\(directory.path)/socket", "tcp://127.0.0.1:0"].map { try Endpoint($0) }
        let router = Router(keys: keys, endpoints: endpoints, inlet: inbox.mailbox.inlet, logger: quietLogger)
        let bound = try router.start()
        defer { router.stop(flushing: .zero) }
        try #require(bound.count == 2)
        #expect(bound[0] == endpoints[0])
        #expect(bound[1].isConnectable)
        for endpoint in bound {
            let worker = try TestWorker(
                JoinToken(
                    endpoint: endpoint, coordinatorKey: keys.coordinatorKeys().publicKey,
                    workerKeys: keys.admitWorker().keys))
            try worker.awaitConnection()
            #expect(worker.dealer.send([1]) == .queued)
            let bytes: [UInt8] = try inbox.next { if case .message(_, _, let bytes) = $0 { bytes } else { nil } }
            #expect(bytes == [1])
        }
    }

    @Test func `a router starts once, and what is sent after its stop is answered`() throws {
        let coordinator = try TestCoordinator()
        #expect(#expect(throws: TransportError.self) { try coordinator.router.start() }?.code == .alreadyStarted)
        coordinator.router.stop(flushing: .zero)
        coordinator.router.stop(flushing: .zero)
        #expect(#expect(throws: TransportError.self) { try coordinator.router.start() }?.code == .alreadyStarted)
        let peer = PeerID(routingID: [1], key: try CurveKeyPair.generate().publicKey)
        coordinator.router.send([1], to: peer)
        #expect(try coordinator.nextUndeliverable() == (peer, .stopped))
    }

    @Test func `a hundred rounds of starting and stopping leave no thread and no descriptor behind`() async {
        await #expect(processExitsWith: .success) {
            func round() throws {
                let coordinator = try TestCoordinator()
                try coordinator.expectService()
                let stranger = try TestWorker(coordinator.token(CurveKeyPair.generate()))
                _ = try stranger.nextRefusal()
            }
            func counts() throws -> [Int] {
                try ["/proc/self/task", "/proc/self/fd"].map {
                    try FileManager.default.contentsOfDirectory(atPath: $0).count
                }
            }
            try round()
            let before = try counts()
            for _ in 0..<100 { try round() }
            // The kernel and the library's own thread clear up shortly after a join and a close.
            let deadline = ContinuousClock.now + patience
            while try zip(counts(), before).contains(where: >), ContinuousClock.now < deadline { sched_yield() }
            let after = try counts()
            precondition(zip(after, before).allSatisfy(<=), "threads and descriptors were \(before) and are \(after)")
        }
    }

    @Test func `an endpoint that is given up without being stopped is a trap`() async {
        await #expect(processExitsWith: .failure) {
            let directory = TemporaryDirectory()
            let keys = try KeyStore(directory: directory.path)
            let router = Router(
                keys: keys, endpoints: [try Endpoint("tcp://127.0.0.1:0")], inlet: Mailbox(capacity: 1).inlet,
                logger: quietLogger)
            _ = try router.start()
        }
    }
}
