import Experiment
import Messages
import Statistics
import Testing
import Wire

/// Which images are right, on the wire.
struct OutcomeFieldTests {
    private func record(count: UInt64, _ bits: [UInt8]) -> ProtoWriter {
        FieldTests.record().message(9, ProtoWriter().varint(1, count).bytes(2, bits))
    }

    private func decoded(_ record: ProtoWriter) throws -> ImageOutcomes? {
        guard case .record(_, let record) = try WorkerEnvelope(decoding: FieldTests.from(5, record).bytes).message
        else { return nil }
        return record.outcomes
    }

    @Test func `image i is bit i mod 8 of byte i / 8, from the least significant one`() throws {
        let outcomes = try #require(try decoded(record(count: 10, [0b0000_0101, 0b10])))
        #expect((0..<10).filter { outcomes[$0] } == [0, 2, 9])
        #expect(try decoded(record(count: 8, [0xff]))?.rightCount == 8)
        #expect(try decoded(FieldTests.record()) == nil, "a worker of an earlier version says nothing of it")
    }

    @Test(
        arguments: [
            (0, []), (0, [0]), (1, []), (1, [0b10]), (1, [1, 0]), (8, [1, 0]), (9, [1]), (10, [0, 0b100]),
            (600, Array(repeating: 0, count: 74)), (600, Array(repeating: 0, count: 76)),
            (10_001, Array(repeating: 0, count: 1_251)), (UInt64(UInt32.max), [0]),
        ] as [(UInt64, [UInt8])])
    func `bits that are not those of so many images are refused`(count: UInt64, bits: [UInt8]) {
        let error = #expect(throws: WireError.self) { try decoded(record(count: count, bits)) }
        #expect(error?.code == .malformed && error?.description.hasPrefix("outcomes: ") == true)
    }

    @Test func `more bytes than any task has images are refused before anything is made of them`() {
        let bytes = Array(repeating: UInt8(0), count: Limits.testImages / 8 + 300)
        let error = #expect(throws: WireError.self) { try decoded(record(count: 1, bytes)) }
        #expect(error?.description == "outcomes: \(bytes.count + 5) bytes, over \(Limits.testImages / 8 + 256)")
    }

    @Test func `a second list is refused`() {
        let twice = record(count: 1, [1]).message(9, ProtoWriter().varint(1, 1).bytes(2, [1]))
        #expect(throws: WireError.self) { try decoded(twice) }
    }

    @Test func `a trainer's report carries it`() throws {
        var random = SeededRandom(seed: 3)
        var record = random.record()
        record.outcomes = random.outcomes()
        let report = TrainerReport.record(record)
        #expect(try TrainerReport(decoding: report.encoded()) == report)
    }
}
