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

    @Test(arguments: [0, UInt64(TrainerVersion.current) + 1])
    func `another version is refused as such`(version: UInt64) {
        let bytes = ProtoWriter().varint(1, version).message(4, ProtoWriter()).bytes
        #expect(throws: WireError.self) { try TrainerOrder(decoding: bytes) }
        let error = #expect(throws: WireError.self) { try TrainerReport(decoding: bytes) }
        #expect(error?.code == .version)
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
            let task = random.task()
            let label = random.chance(0.5) ? random.label() : nil
            return .start(AttemptKey(task: task.id, attempt: random.attempt()), task, from: label)
        case 1: return .statePiece(random.key(), random.piece())
        default: return .stop
        }
    }
}

extension TrainerReport {
    static func arbitrary(using random: inout SeededRandom) -> Self {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: .record(random.key(), random.record())
        case 1: .statePiece(random.key(), random.piece())
        default: .ended(random.key(), random.end())
        }
    }
}
