import Experiment
import Messages
import Testing
import Wire

/// A message that was sent is the message that arrives.
struct RoundTripTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `every worker's message reads back to itself, bit for bit`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for number in 0..<500 {
            let message = WorkerEnvelope.arbitrary(using: &random)
            #expect(try WorkerEnvelope(decoding: message.encoded()) == message, "seed \(seed), message \(number)")
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `every coordinator's message reads back to itself, bit for bit`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for number in 0..<500 {
            let message = CoordinatorMessage.arbitrary(using: &random)
            #expect(try CoordinatorMessage(decoding: message.encoded()) == message, "seed \(seed), message \(number)")
        }
    }

    @Test(
        arguments: [10, 11, 1_001, 2_000, 599_999, 600_000])
    func `each heartbeat interval survives as whole milliseconds`(milliseconds: Int) throws {
        let message = CoordinatorMessage.welcome(
            sweep: "s", heartbeat: .milliseconds(milliseconds), checkpointInterval: .milliseconds(milliseconds))
        #expect(try CoordinatorMessage(decoding: message.encoded()) == message)
    }

    @Test func `the largest record that is allowed passes, and fits a frame`() throws {
        let sample = LayerGradientSample(layer: "conv1", values: Array(repeating: 0.5, count: Limits.layerValues))
        let record = EpochRecord(
            epoch: 10_000, metrics: EpochMetrics(trainLoss: 1, valLoss: 2, trainAccuracy: 3, valAccuracy: 4),
            gradientNorms: Array(repeating: 0.25, count: Limits.gradientNorms),
            layerGradients: Array(repeating: sample, count: Limits.layers))
        var random = SeededRandom(seed: 7)
        let message = WorkerEnvelope(.record(random.key(), record), from: WorkerID(rawValue: "w")!)
        let bytes = message.encoded()
        #expect(bytes.count <= Limits.frameBytes)
        #expect(try WorkerEnvelope(decoding: bytes) == message)
    }

    @Test func `a text over the limit is cut at a character, so that its message still arrives`() throws {
        var random = SeededRandom(seed: 8)
        for text in ["x", "é", "測", "🧪"].map({ String(repeating: $0, count: 5_000) }) {
            let end = AttemptEnd(outcome: .error, reason: "a" + text, seconds: 1)
            let message = WorkerEnvelope(.ended(random.key(), end), from: WorkerID(rawValue: "w")!)
            guard case .ended(_, let arrived, _) = try WorkerEnvelope(decoding: message.encoded()).message else {
                Issue.record("not an end")
                return
            }
            #expect(("a" + text).hasPrefix(arrived.reason))
            #expect((Limits.textBytes - 3...Limits.textBytes).contains(arrived.reason.utf8.count))
        }
    }
}
