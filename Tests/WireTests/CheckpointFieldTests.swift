import Experiment
import Messages
import Testing
import Wire

/// What a peer says of a checkpoint is bounded before it is kept.
struct CheckpointFieldTests {
    private static let digest = String(repeating: "a", count: 64)

    private static func label(
        epoch: UInt64 = 1, byteCount: UInt64 = 100, digest: String = Self.digest
    ) -> ProtoWriter {
        ProtoWriter().varint(1, epoch).varint(2, byteCount).text(3, digest)
    }

    private static func piece(
        _ label: ProtoWriter = Self.label(), offset: UInt64 = 0, count: Int = 10
    ) -> ProtoWriter {
        ProtoWriter().message(1, FieldTests.name()).message(2, label).varint(3, offset)
            .bytes(4, Array(repeating: 7, count: count))
    }

    private static let badPieces: [(String, ProtoWriter)] = [
        ("epoch", piece(label(epoch: 0))),
        ("epoch", piece(label(epoch: 10_001))),
        ("byte_count", piece(label(byteCount: 0))),
        ("byte_count", piece(label(byteCount: UInt64(Limits.checkpointBytes) + 1))),
        ("byte_count", piece(label(byteCount: .max))),
        ("digest", piece(label(digest: "abc"))),
        ("digest", piece(label(digest: String(repeating: "A", count: 64)))),
        ("content", piece(count: 0)),
        ("content", piece(label(byteCount: 1 << 20), count: Limits.pieceBytes + 1)),
        ("offset", piece(offset: 91)),
        ("offset", piece(offset: .max)),
        ("task", ProtoWriter().message(2, label()).bytes(4, [1])),
    ]

    @Test func `a piece with a bad field is refused, in both directions`() {
        for (field, piece) in Self.badPieces {
            let fromWorker = #expect(throws: WireError.self) {
                try WorkerEnvelope(decoding: FieldTests.from(8, piece).bytes)
            }
            #expect(fromWorker?.description.hasPrefix("\(field):") == true, "\(field): \(fromWorker!)")
            let toWorker = #expect(throws: WireError.self) {
                try CoordinatorMessage(decoding: FieldTests.toWorker(12, piece).bytes)
            }
            #expect(toWorker?.description.hasPrefix("\(field):") == true, "\(field): \(toWorker!)")
        }
    }

    @Test func `a piece with good fields is read`() throws {
        let envelope = try WorkerEnvelope(decoding: FieldTests.from(8, Self.piece(offset: 90)).bytes)
        guard case .checkpointPiece(_, let piece) = envelope.message else {
            Issue.record("not a piece")
            return
        }
        #expect(piece.offset == 90 && piece.end == 100 && piece.label.byteCount == 100)
    }

    @Test func `a request for bytes past any checkpoint is refused`() {
        let request = ProtoWriter().message(1, FieldTests.name()).varint(2, 1).varint(3, UInt64(Limits.checkpointBytes))
        let error = #expect(throws: WireError.self) { try WorkerEnvelope(decoding: FieldTests.from(9, request).bytes) }
        #expect(error?.description.hasPrefix("offset:") == true)
    }
}
