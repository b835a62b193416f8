import Experiment
import Foundation
import Messages
import Testing
import Wire

/// What is counted in the bytes, before a parser makes anything of them.
struct MessageShapeTests {
    private func refusal(_ bytes: [UInt8]) -> String? {
        #expect(throws: WireError.self) { try WorkerEnvelope(decoding: bytes) }?.description
    }

    /// Of two bytes each: an attempt's name without a field.
    private static func emptyNames(_ count: Int, field: Int) -> ProtoWriter {
        ProtoWriter(repeating: ProtoWriter().message(field, ProtoWriter()).bytes, count: count)
    }

    @Test func `a frame of half a million names is refused for its list, wherever the list stands`() {
        let heartbeat = FieldTests.from(4, Self.emptyNames(500_000, field: 1))
        #expect(refusal(heartbeat.bytes) == "running: 8193 or more, over 8192")
        let hello = ProtoWriter(
            repeating: FieldTests.hello().bytes + Self.emptyNames(500_000, field: 3).bytes, count: 1)
        #expect(refusal(FieldTests.from(3, hello).bytes) == "running: 8193 or more, over 8192")
    }

    @Test func `as many names as are allowed are read`() throws {
        let names = ProtoWriter(
            repeating: ProtoWriter().message(1, FieldTests.name()).bytes, count: Limits.runningAttempts)
        guard case .heartbeat(let running, _) = try WorkerEnvelope(decoding: FieldTests.from(4, names).bytes).message
        else {
            Issue.record("not a heartbeat")
            return
        }
        #expect(running.count == Limits.runningAttempts)
    }

    /// A parser adds each piece to a copy of what it has.
    @Test func `a body in pieces is refused, and so is a second one`() {
        let name = ProtoWriter().message(1, FieldTests.name())
        let pieces = FieldTests.from(4, name).message(4, name)
        #expect(refusal(pieces.bytes) == "heartbeat: 2 or more, over 1")
        #expect(refusal(FieldTests.from(4, name).message(7, ProtoWriter()).bytes) == "FromWorker: more than one body")
        let facts = FieldTests.hello().message(2, ProtoWriter())
        #expect(refusal(FieldTests.from(3, facts).bytes) == "facts: 2 or more, over 1")
    }

    /// A body that is added to a message belongs into its shape too.
    @Test func `no body of the protocol is read in pieces`() throws {
        let decoders: [(message: String, file: String, version: UInt32, decode: ([UInt8]) throws -> Void)] = [
            ("FromWorker", "sweep.proto", ProtocolVersion.current, { _ = try WorkerEnvelope(decoding: $0) }),
            ("FromCoordinator", "sweep.proto", ProtocolVersion.current, { _ = try CoordinatorMessage(decoding: $0) }),
            ("Order", "trainer.proto", TrainerVersion.current, { _ = try TrainerOrder(decoding: $0) }),
            ("Report", "trainer.proto", TrainerVersion.current, { _ = try TrainerReport(decoding: $0) }),
            ("EnrolmentAnswer", "enrolment.proto", ProtocolVersion.current, { _ = try EnrolmentAnswer(decoding: $0) }),
        ]
        for (message, file, version, decode) in decoders {
            let bodies = try Self.bodies(of: message, in: file)
            try #require(bodies.count >= 3)
            for body in bodies {
                let twice = ProtoWriter().varint(1, UInt64(version)).message(body, ProtoWriter())
                    .message(body, ProtoWriter())
                let error = #expect(throws: WireError.self) { try decode(twice.bytes) }
                #expect(error?.description.hasSuffix(": 2 or more, over 1") == true, "\(message), field \(body)")
            }
        }
    }

    /// The numbers of its `oneof`'s fields, as the protocol's own text has them.
    private static func bodies(of message: String, in file: String) throws -> [Int] {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Sources/Wire/Protocol")
        let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
        let start = try #require(text.range(of: "message \(message) {"))
        let choice = try #require(text[start.upperBound...].range(of: "oneof body {"))
        return text[choice.upperBound...].prefix { $0 != "}" }.matches(of: /= (\d+);/).compactMap { Int($0.1) }
    }

    @Test func `numbers are counted in all their pieces, packed or not`() {
        let packed = FieldTests.record().bytes(7, Array(repeating: 0, count: 8 * Limits.gradientNorms))
        #expect(throws: Never.self) { try WorkerEnvelope(decoding: FieldTests.from(5, packed).bytes) }
        let more = FieldTests.from(5, packed.double(7, 1))
        #expect(refusal(more.bytes) == "gradient_norms: 50001 or more, over 50000")
    }

    @Test func `fields of a later version are passed over, as long as they are few`() throws {
        func goodbye(_ count: Int) -> [UInt8] {
            FieldTests.from(7, ProtoWriter(repeating: ProtoWriter().varint(99, 1).bytes, count: count)).bytes
        }
        #expect(try WorkerEnvelope(decoding: goodbye(64)).message == .goodbye)
        #expect(refusal(goodbye(65)) == "goodbye: more than 64 other fields")
    }

    @Test func `a body has no more bytes than its kind needs`() {
        let reason = ProtoWriter().text(77, String(repeating: "x", count: 100_000))
        #expect(refusal(FieldTests.from(7, reason).bytes)?.hasPrefix("goodbye: 100005 bytes, over ") == true)
    }

    @Test(
        arguments: [
            [0x0B, 0x0C], [0x06], [0x07], [0x00], [0x08], [0x09, 1, 2, 3], [0x0D, 1, 2],
            [0x12, 5, 1], [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
            [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        ] as [[UInt8]])
    func `what is no field is refused`(bytes: [UInt8]) {
        #expect(refusal(bytes) == "not a protocol buffer of FromWorker")
    }
}
