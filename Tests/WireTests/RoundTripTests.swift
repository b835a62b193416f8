import Experiment
import Messages
import Statistics
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

    /// Of what an honest peer has to say: an epoch of batches of one image, with every gradient; the attempts of a
    /// worker of the most slots, each twice; a piece of a checkpoint.
    @Test func `the largest message of each kind is read, and has no more bytes than a message may`() throws {
        var random = SeededRandom(seed: 9)
        let longest = String(repeating: "n", count: Limits.nameBytes)
        let sample = LayerGradientSample(
            layer: longest, values: Array(repeating: .pi, count: Limits.layerValues))
        let record = EpochRecord(
            epoch: 10_000, metrics: EpochMetrics(trainLoss: 1, valLoss: 2, trainAccuracy: 3, valAccuracy: 4),
            gradientNorms: Array(repeating: .pi, count: Limits.gradientNorms),
            layerGradients: Array(repeating: sample, count: Limits.layers),
            outcomes: ImageOutcomes(Array(repeating: true, count: Limits.testImages)))
        let key = AttemptKey(task: random.key().task, attempt: Attempt(rawValue: Limits.attempts))
        let running = Array(repeating: key, count: Limits.runningAttempts)
        let facts = HostFacts(
            host: longest, processor: longest, cores: Limits.cores, kernels: longest, build: longest)
        let label = random.label(byteCount: Limits.checkpointBytes)
        let piece = CheckpointPiece(
            label: label, offset: Limits.checkpointBytes - Limits.pieceBytes,
            bytes: Array(repeating: 7, count: Limits.pieceBytes))
        let messages: [WorkerMessage] = [
            .record(key, record), .hello(slots: Limits.slots, facts: facts, running: running),
            .heartbeat(running: running, number: Int(Int32.max)), .checkpointPiece(key, piece),
        ]
        for message in messages {
            let envelope = WorkerEnvelope(message, from: WorkerID(rawValue: String(repeating: "w", count: 64))!)
            let bytes = envelope.encoded()
            #expect(bytes.count <= Limits.messageBytes, "\(bytes.count) bytes")
            #expect(try WorkerEnvelope(decoding: bytes) == envelope)
        }
        #expect(CoordinatorMessage.checkpointPiece(key, piece).encoded().count <= Limits.messageBytes)
    }

    @Test func `the largest record that is allowed passes, and fits a frame`() throws {
        let sample = LayerGradientSample(layer: "conv1", values: Array(repeating: 0.5, count: Limits.layerValues))
        let record = EpochRecord(
            epoch: 10_000, metrics: EpochMetrics(trainLoss: 1, valLoss: 2, trainAccuracy: 3, valAccuracy: 4),
            gradientNorms: Array(repeating: 0.25, count: Limits.gradientNorms),
            layerGradients: Array(repeating: sample, count: Limits.layers),
            outcomes: ImageOutcomes((0..<Limits.testImages).map { !$0.isMultiple(of: 3) }))
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
