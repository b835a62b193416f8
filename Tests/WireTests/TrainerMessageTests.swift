import Experiment
import Testing
import Wire

/// Between agent and trainer.
struct TrainerMessageTests {
    @Test(arguments: [51, 52] as [UInt64])
    func `every message reads back to itself, bit for bit`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for number in 0..<500 {
            let order = TrainerOrder.arbitrary(using: &random), report = TrainerReport.arbitrary(using: &random)
            #expect(try TrainerOrder(decoding: order.encoded()) == order, "seed \(seed), message \(number)")
            #expect(try TrainerReport(decoding: report.encoded()) == report, "seed \(seed), message \(number)")
        }
    }

    /// Version 1 had other messages in the same places.
    @Test(arguments: [0, 1, UInt64(TrainerVersion.current) + 1])
    func `another version is refused as such, whatever else it has changed`(version: UInt64) {
        let number = ProtoWriter().varint(1, version)
        let task = ProtoWriter().message(1, FieldTests.name()).text(2, "shapes").varint(6, 202)
        let record = ProtoWriter().message(1, FieldTests.name()).bytes(7, Array(repeating: 0xFF, count: 16))
        for body in [ProtoWriter(), task, record] {
            // The version need not come first.
            for bytes in [number.message(2, body).bytes, ProtoWriter().message(2, body).varint(1, version).bytes] {
                let order = #expect(throws: WireError.self) { try TrainerOrder(decoding: bytes) }
                #expect(order?.code == .version && order?.description.hasPrefix("the agent speaks") == true)
                let report = #expect(throws: WireError.self) { try TrainerReport(decoding: bytes) }
                #expect(report?.code == .version && report?.description.contains("version \(version) of") == true)
            }
        }
    }

    private func refusal(ofStart start: ProtoWriter) -> String? {
        let bytes = ProtoWriter().varint(1, UInt64(TrainerVersion.current)).message(2, start).bytes
        let error = #expect(throws: WireError.self) { try TrainerOrder(decoding: bytes) }
        #expect(error?.code == .malformed)
        return error?.description
    }

    private static let task = ProtoWriter().text(1, "shapes").text(2, String(repeating: "0", count: 64))
        .text(3, "bn").varint(4, 64).varint(5, 202).varint(6, 3).double(7, 0.001)

    @Test func `a start is laid out as the protocol says, and what is out of its range is refused`() throws {
        let start = ProtoWriter().message(1, Self.task).varint(3, 4711).text(4, "/data").bytes(5, [3, 7])
            .varint(6, 2_250)
        let bytes = ProtoWriter().varint(1, UInt64(TrainerVersion.current)).message(2, start).bytes
        guard case .start(let task, let conditions, nil) = try TrainerOrder(decoding: bytes) else {
            Issue.record("not a start")
            return
        }
        #expect(task.parameters.seed == 202 && task.parameters.epochs == 3 && task.data == .shapes)
        #expect(
            conditions
                == TrainerConditions(
                    agent: 4711, dataDirectory: "/data", processors: [3, 7], checkpointPause: .milliseconds(2_250)))
        let withTask = ProtoWriter().message(1, Self.task)
        #expect(refusal(ofStart: ProtoWriter()) == "data: unknown data set")
        #expect(refusal(ofStart: withTask) == "agent: 0 is no process")
        #expect(refusal(ofStart: withTask.varint(3, 1 << 31)) == "agent: 2147483648 is no process")
        #expect(refusal(ofStart: withTask.varint(3, 1).varint(5, 65_536)) == "processors: not all below 65536")
        #expect(
            refusal(ofStart: withTask.varint(3, 1).varint(6, 86_400_001))
                == "checkpoint_pause_milliseconds: 86400001 is out of range")
    }

    @Test(arguments: [0, 7, 99] as [UInt64])
    func `an end that no trainer knows is refused`(outcome: UInt64) {
        let bytes = ProtoWriter().varint(1, UInt64(TrainerVersion.current))
            .message(4, ProtoWriter().varint(1, outcome)).bytes
        let error = #expect(throws: WireError.self) { try TrainerReport(decoding: bytes) }
        #expect(error?.description == "outcome: unknown")
    }

    @Test(arguments: [61, 62] as [UInt64])
    func `messages with flipped bits or cut off are decoded without a trap`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<1_000 {
            for var bytes in [
                TrainerOrder.arbitrary(using: &random).encoded(), TrainerReport.arbitrary(using: &random).encoded(),
            ] {
                bytes[Int.random(in: 0..<min(bytes.count, 200), using: &random)] ^=
                    1 << UInt8.random(in: 0..<8, using: &random)
                _ = try? TrainerOrder(decoding: bytes)
                _ = try? TrainerReport(decoding: Array(bytes.prefix(random.integer(0...bytes.count))))
            }
        }
    }
}

extension TrainerOrder {
    static func arbitrary(using random: inout SeededRandom) -> Self {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            let conditions = TrainerConditions(
                agent: Int32(random.whole(1...Int(Int32.max))),
                dataDirectory: random.pick([nil, "", "/data", String(repeating: "ä", count: Limits.textBytes / 2)]),
                processors: (0..<random.pick([0, 2])).map { _ in random.whole(0...Limits.cores - 1) },
                checkpointPause: .milliseconds(random.whole(Limits.checkpointMilliseconds)))
            return .start(random.task(), conditions, from: random.chance(0.5) ? random.label() : nil)
        case 1: return .statePiece(random.piece())
        default: return .stop
        }
    }
}

extension TrainerReport {
    static func arbitrary(using random: inout SeededRandom) -> Self {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return .record(random.record())
        case 1: return .statePiece(random.piece())
        default:
            let outcomes: [AttemptOutcome] = [.completed, .error, .outOfMemory, .cancelled, .diverged, .unfit]
            let end = random.end()
            return .ended(AttemptEnd(outcome: random.pick(outcomes), reason: end.reason, seconds: end.seconds))
        }
    }
}
