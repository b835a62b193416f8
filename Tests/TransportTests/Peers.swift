import Experiment
import Logging
import TestSupport
import Testing
import Transport

/// How long a test waits for what must happen.
let patience = Duration.seconds(30)

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Waits for one kind of event, and keeps the order of what came before it.
struct Inbox<Event: Sendable> {
    let mailbox: Mailbox<Event>
    private(set) var passedOver: [Event] = []
    private var waiting: [Event] = []

    init(capacity: Int = 1000) {
        mailbox = Mailbox(capacity: capacity)
    }

    /// The value of the next event that `match` knows. Fails the test when none comes.
    mutating func next<Value>(
        sourceLocation: SourceLocation = #_sourceLocation, _ match: (Event) -> Value?
    ) throws -> Value {
        let deadline = ContinuousClock.now + patience
        while true {
            while !waiting.isEmpty {
                let event = waiting.removeFirst()
                if let value = match(event) { return value }
                passedOver.append(event)
            }
            waiting = mailbox.take(until: deadline)
            try #require(
                !waiting.isEmpty, "nothing came in time; before: \(passedOver)", sourceLocation: sourceLocation)
        }
    }
}

/// A coordinator with its keys in a directory of its own.
final class TestCoordinator {
    let directory: TemporaryDirectory
    let keys: KeyStore
    let router: Router
    let endpoints: [Endpoint]
    var inbox: Inbox<RouterEvent>

    init(
        _ endpoint: String = "tcp://127.0.0.1:0", directory: TemporaryDirectory? = nil, capacity: Int = 1000
    ) throws {
        let directory = directory ?? TemporaryDirectory()
        self.directory = directory
        keys = try KeyStore(directory: "\(directory.path)/keys")
        inbox = Inbox(capacity: capacity)
        let address = endpoint.replacing("DIRECTORY", with: directory.path)
        router = Router(keys: keys, endpoints: [try Endpoint(address)], inlet: inbox.mailbox.inlet, logger: quietLogger)
        endpoints = try router.start()
    }

    deinit {
        router.stop(flushing: .zero)
    }

    func token(_ workerKeys: CurveKeyPair? = nil, coordinatorKey: CurvePublicKey? = nil) throws -> JoinToken {
        try JoinToken(
            endpoint: endpoints[0], coordinatorKey: coordinatorKey ?? keys.coordinatorKeys().publicKey,
            workerKeys: workerKeys ?? keys.admitWorker().keys)
    }

    func nextMessage() throws -> (peer: PeerID, key: KeyName, bytes: [UInt8]) {
        try inbox.next { event in
            if case .message(let peer, let key, let bytes) = event { (peer, key, bytes) } else { nil }
        }
    }

    func nextUndeliverable() throws -> (peer: PeerID, reason: Undeliverable) {
        try inbox.next { if case .undeliverable(let peer, let reason) = $0 { (peer, reason) } else { nil } }
    }

    func nextRefusal() throws -> HandshakeRefusal {
        try inbox.next { if case .handshakeRefused(let refusal) = $0 { refusal } else { nil } }
    }

    /// A socket that speaks for `keys` without the worker's end of this module.
    func rawClient(_ keys: CurveKeyPair) throws -> Socket {
        let socket = try Socket(.dealer)
        socket.setCurveClient(keys, serverKey: try self.keys.coordinatorKeys().publicKey)
        try socket.connect(to: endpoints[0].description)
        return socket
    }

    func awaitEnd(of key: CurvePublicKey) throws {
        try inbox.next { if case .keyEnded(key, _) = $0 { () } else { nil } }
    }

    func nextEnrolment() throws -> EnrolmentCall {
        try inbox.next { if case .enrolment(let call) = $0 { call } else { nil } }
    }

    /// Shows that an admitted worker gets in and is answered.
    func expectService(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let worker = try TestWorker(token())
        try worker.awaitConnection()
        #expect(worker.dealer.send([1, 2, 3]) == .queued, sourceLocation: sourceLocation)
        let message = try nextMessage()
        #expect(message.bytes == [1, 2, 3], sourceLocation: sourceLocation)
        router.send([4], to: message.peer)
        #expect(try worker.nextMessage() == [4], sourceLocation: sourceLocation)
    }
}

/// A worker that is connected to a coordinator, or tries to.
final class TestWorker {
    let dealer: Dealer
    var inbox: Inbox<DealerEvent>

    init(_ token: JoinToken, capacity: Int = 1000) throws {
        inbox = Inbox(capacity: capacity)
        dealer = Dealer(token: token, inlet: inbox.mailbox.inlet, logger: quietLogger)
        try dealer.start()
    }

    deinit {
        dealer.stop(flushing: .zero)
    }

    func awaitConnection() throws {
        try inbox.next { $0 == .connected ? () : nil }
    }

    func awaitDisconnection() throws {
        try inbox.next { $0 == .disconnected ? () : nil }
    }

    func nextRefusal() throws -> RefusalReason {
        try inbox.next { if case .refused(let reason) = $0 { reason } else { nil } }
    }

    func nextMessage() throws -> [UInt8] {
        try inbox.next { if case .message(let bytes) = $0 { bytes } else { nil } }
    }
}

extension KeyStore {
    /// A new key pair whose public half is admitted under a name of its own.
    func admitWorker(_ name: String? = nil) throws -> (name: KeyName, keys: CurveKeyPair) {
        let keys = try CurveKeyPair.generate()
        let name = try KeyName(name ?? "worker-\(KeyDigest(of: keys.publicKey).short)")
        guard try admit(keys.publicKey, as: name) else { throw TransportError(.nameTaken, "\(name) is in use") }
        return (name, keys)
    }

    /// As a command in another terminal does it.
    func revoke(_ name: KeyName) throws {
        let key = try knownKeys().first { $0.label == name && !$0.isRevoked }?.digest
        let invite = try invites().first { $0.name == name }?.name
        _ = try revoke(worker: key, invite: invite, Revocation(by: "alice", at: .now, reason: ""))
    }
}
