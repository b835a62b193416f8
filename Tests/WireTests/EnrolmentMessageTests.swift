import Experiment
import Messages
import Testing
import Wire

/// What is said over an invite's connection.
struct EnrolmentMessageTests {
    static let answers: [EnrolmentAnswer] = [
        .enrolled(label: "gpu-1"), .ownKey, .waiting(label: "gpu-2"),
        .expired(atMilliseconds: 1_764_230_000_000, nowMilliseconds: 0), .used(label: "gpu", atMilliseconds: 5),
        .revoked, .crowded, .unavailable(reason: "No space left on device"), .refused(reason: "too old"),
    ]

    @Test(arguments: answers)
    func `an answer reads back to itself`(answer: EnrolmentAnswer) throws {
        #expect(try EnrolmentAnswer(decoding: answer.encoded()) == answer)
    }

    @Test func `a request reads back to itself`() throws {
        let request = EnrolmentRequest(publicKey: String(repeating: "k", count: 40))
        #expect(try EnrolmentRequest(decoding: request.encoded()) == request)
        #expect(request.encoded().count < Limits.enrolmentBytes)
    }

    /// A worker of an earlier version says hello, and is told why that does not do in words that it understands.
    @Test func `a hello is no request, and a refusal is understood by who said it`() throws {
        var random = SeededRandom(seed: 5)
        for _ in 0..<200 {
            let bytes = WorkerEnvelope.arbitrary(using: &random).encoded()
            #expect(throws: WireError.self) { try EnrolmentRequest(decoding: bytes) }
        }
        let refusal = EnrolmentAnswer.refused(reason: "too old").encoded()
        #expect(try CoordinatorMessage(decoding: refusal) == .refusal(reason: "too old"))
    }

    /// A token of an earlier version carries a worker's key: the request comes where workers' messages come.
    @Test func `a request is no worker's message`() {
        let bytes = EnrolmentRequest(publicKey: String(repeating: "k", count: 40)).encoded()
        let error = #expect(throws: WireError.self) { try WorkerEnvelope(decoding: bytes) }
        #expect(error?.code == .malformed)
    }

    @Test func `another version is told apart, before anything else is looked at`() {
        let other = UInt64(ProtocolVersion.current) + 1
        let request = ProtoWriter().varint(1, other).text(40, "x").bytes
        #expect(#expect(throws: WireError.self) { try EnrolmentRequest(decoding: request) }?.code == .version)
        let answer = ProtoWriter().varint(1, other).message(33, ProtoWriter()).bytes
        #expect(#expect(throws: WireError.self) { try EnrolmentAnswer(decoding: answer) }?.code == .version)
    }

    @Test func `what is out of bounds is refused`() {
        let version = UInt64(ProtocolVersion.current)
        let keys = ["", String(repeating: "k", count: 65), String(repeating: "k", count: Limits.enrolmentBytes)]
        for key in keys {
            let bytes = ProtoWriter().varint(1, version).text(32, key).bytes
            #expect(throws: WireError.self) { try EnrolmentRequest(decoding: bytes) }
        }
        let expired = ProtoWriter().varint(1, UInt64.max)
        for body in [
            ProtoWriter().message(35, expired), ProtoWriter().message(3, ProtoWriter()), ProtoWriter(),
            ProtoWriter().message(34, ProtoWriter().text(1, String(repeating: "l", count: Limits.textBytes + 1))),
        ] {
            let bytes = ProtoWriter().varint(1, version).bytes + body.bytes
            #expect(throws: WireError.self) { try EnrolmentAnswer(decoding: bytes) }
        }
    }

    @Test(arguments: [51, 52] as [UInt64])
    func `bytes that are no message are an error, never a trap`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var samples = Self.answers.map { $0.encoded() }
        samples.append(EnrolmentRequest(publicKey: String(repeating: "k", count: 40)).encoded())
        for _ in 0..<2_000 {
            for var bytes in samples {
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
                        1 << UInt8.random(in: 0..<8, using: &random)
                }
                _ = try? EnrolmentRequest(decoding: bytes)
                _ = try? EnrolmentAnswer(decoding: bytes)
            }
        }
    }
}
