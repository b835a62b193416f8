import Experiment
import Messages
import Testing
import Wire

/// Bytes that are no message are an error, never a trap.
///
/// Each case passes when decoding returns at all: a trap ends the test process.
struct HostileBytesTests {
    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func `random bytes are decoded without a trap`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...64, using: &random)
            decode((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }

    @Test(arguments: [21, 22] as [UInt64])
    func `messages cut off at every length are decoded without a trap`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<40 {
            for bytes in sampleMessages(using: &random) {
                for length in 0..<min(bytes.count, 400) { decode(Array(bytes.prefix(length))) }
            }
        }
    }

    @Test(arguments: [31, 32, 33, 34] as [UInt64])
    func `messages with flipped bits are decoded without a trap`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<2_000 {
            for var bytes in sampleMessages(using: &random) where !bytes.isEmpty {
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    let place = Int.random(in: 0..<min(bytes.count, 200), using: &random)
                    bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
                decode(bytes)
            }
        }
    }

    @Test func `a message of the other direction is an error, or decoded without a trap`() {
        var random = SeededRandom(seed: 41)
        for _ in 0..<500 {
            let worker = WorkerEnvelope.arbitrary(using: &random).encoded()
            // Its field 2 is the worker's name, where the coordinator's messages have a body.
            #expect(throws: WireError.self) { try CoordinatorMessage(decoding: worker) }
            decode(CoordinatorMessage.arbitrary(using: &random).encoded())
        }
    }

    private func sampleMessages(using random: inout SeededRandom) -> [[UInt8]] {
        [WorkerEnvelope.arbitrary(using: &random).encoded(), CoordinatorMessage.arbitrary(using: &random).encoded()]
    }

    private func decode(_ bytes: [UInt8]) {
        _ = try? WorkerEnvelope(decoding: bytes)
        _ = try? CoordinatorMessage(decoding: bytes)
    }
}
