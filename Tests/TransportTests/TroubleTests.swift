import Foundation
import Glibc
import Testing
import Transport

/// A worker says why it has no connection.
@Suite(.timeLimit(.minutes(1)))
struct TroubleTests {
    @Test func `the reason is that nothing listens`() throws {
        let closed = try RawServer(answering: []).port
        let worker = try TestWorker(token(port: closed))
        #expect(try worker.nextTrouble() == .refused)
    }

    @Test func `a forwarder that ends each connection is waited for: nobody is taken for a stranger`() throws {
        let forwarder = try RawServer(answering: [])
        let worker = try TestWorker(token(port: forwarder.port))
        // By the second look, six seconds from the first attempt, more handshakes were cut than are held for chance.
        for _ in 0..<2 { #expect(try worker.nextTrouble() == .closed) }
        #expect(worker.inbox.passedOver.isEmpty)
    }

    @Test func `the reason is that another program answers, with what it says`() throws {
        let server = try RawServer(answering: Array("SSH-2.0-OpenSSH_9.2\r\nmore".utf8))
        let endpoint = try Endpoint("tcp://127.0.0.1:\(server.port)")
        let trouble = try #require(ConnectionProbe.run(endpoint))
        #expect(trouble == .stranger("SSH-2.0-OpenSSH_9.2"))
        #expect("\(trouble)".contains("“SSH-2.0-OpenSSH_9.2”"))
    }

    @Test func `the reason is that a name is not known`() throws {
        // RFC 6761 keeps the name from ever being one.
        guard case .unknownName? = ConnectionProbe.run(try Endpoint("tcp://nowhere.invalid:5555")) else {
            Issue.record("the name was resolved")
            return
        }
    }

    @Test func `the reason is told apart by what the other end says first`() {
        let greeting: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3]
        #expect(ConnectionProbe.trouble(ofGreeting: greeting[...]) == .handshakeStalls)
        #expect(ConnectionProbe.trouble(ofGreeting: []) == .closed)
        let binary = ConnectionProbe.trouble(ofGreeting: Array(repeating: 0xFF, count: 12)[...])
        #expect(binary == .stranger("????????????"))
        let long = ConnectionProbe.trouble(ofGreeting: Array(repeating: UInt8(ascii: "x"), count: 64)[...])
        #expect(long == .stranger(String(repeating: "x", count: 40)))
    }

    @Test func `no reason is told while a coordinator is there`() throws {
        let coordinator = try TestCoordinator()
        let worker = try TestWorker(coordinator.token())
        try worker.awaitConnection()
        try coordinator.expectService()
        #expect(
            !worker.inbox.mailbox.take(until: .now + .seconds(3)).contains { event in
                if case .unreachable = event { true } else { false }
            })
    }

    @Test func `the reason is looked for at a slowing pace, and soon again after a connection`() {
        var pace = TroublePace()
        let start = ContinuousClock.now
        #expect(pace.nextLook == nil)
        let isDueBefore = pace.isDue(at: start + .seconds(1000))
        #expect(!isDueBefore)
        pace.begin(at: start)
        var looks: [Duration] = []
        for second in 0...300 where pace.isDue(at: start + .seconds(second)) { looks.append(.seconds(second)) }
        #expect(looks == [2, 6, 14, 30, 62, 122, 182, 242].map { .seconds($0) })
        pace.end()
        #expect(pace.nextLook == nil)
        pace.begin(at: start)
        #expect(pace.nextLook == start + TroublePace.first)
    }

    private func token(port: UInt16) throws -> JoinToken {
        try JoinToken(
            endpoint: try Endpoint("tcp://127.0.0.1:\(port)"), coordinatorKey: try CurveKeyPair.generate().publicKey,
            workerKeys: try CurveKeyPair.generate())
    }
}

extension TestWorker {
    func nextTrouble() throws -> ConnectionTrouble {
        try inbox.next { if case .unreachable(let trouble) = $0 { trouble } else { nil } }
    }
}
