import Experiment
import Messages
import Testing
import Wire

/// Whatever texts a peer writes, people see none of its characters that would change how others are seen, and no more
/// of them than there is room for.
struct PeerTextTests {
    private static let hostile = "a\u{1B}[2J\r\n\u{0}\u{7F}\u{9B}\u{61C}\u{200F}\u{202E}\u{2066}\u{2028}\u{2029}z"
    private static let harmless = "a [2J" + String(repeating: " ", count: 11) + "z"

    /// Each text that a message has, named as in the protocol; all of them say `text`.
    private static func workerMessages(_ text: String) -> [WorkerMessage] {
        var facts = HostFacts(host: text, processor: text, cores: 1, kernels: text, build: text)
        facts.coresBound = text
        facts.memoryBound = text
        let metrics = EpochMetrics(trainLoss: 1, valLoss: 1, trainAccuracy: 1, valAccuracy: 1)
        let key = AttemptKey(task: FieldTests.task.id, attempt: Attempt(rawValue: 1))
        return [
            .hello(slots: 1, facts: facts, running: []),
            .ended(key, AttemptEnd(outcome: .error, reason: text, seconds: 1)),
            .record(
                key,
                EpochRecord(
                    epoch: 1, metrics: metrics, gradientNorms: [],
                    layerGradients: [LayerGradientSample(layer: text, values: [1])])),
        ]
    }

    private static func coordinatorMessages(_ text: String) -> [CoordinatorMessage] {
        [
            .refusal(reason: text),
            .welcome(sweep: text, heartbeat: .seconds(1), checkpointInterval: .seconds(1)),
        ]
    }

    private static func enrolmentAnswers(_ text: String) -> [EnrolmentAnswer] {
        [
            .enrolled(label: text), .waiting(label: text), .used(label: text, atMilliseconds: 1),
            .unavailable(reason: text), .refused(reason: text),
        ]
    }

    /// What is read of messages that say `text` wherever they say any.
    private func texts(of text: String) throws -> [String] {
        let worker = try #require(WorkerID(rawValue: "w"))
        return try Self.workerMessages(text).flatMap {
            strings(in: try WorkerEnvelope(decoding: WorkerEnvelope($0, from: worker).encoded()).message)
        }
            + Self.coordinatorMessages(text).flatMap { strings(in: try CoordinatorMessage(decoding: $0.encoded())) }
            + Self.enrolmentAnswers(text).flatMap { strings(in: try EnrolmentAnswer(decoding: $0.encoded())) }
    }

    @Test func `every text of a peer is stripped of what would change others`() throws {
        let read = try texts(of: Self.hostile).filter { $0.hasPrefix("a") && $0.hasSuffix("z") }
        #expect(read.count == 15, "each of those above, once")
        #expect(Set(read) == [Self.harmless])
    }

    /// A writer cuts what it says, so that its message is read; a reader takes no more whoever wrote it, which
    /// `FieldTests` shows field by field.
    @Test func `every text of a peer is bounded`() throws {
        let read = try texts(of: String(repeating: "ä", count: 10_000)).filter { $0.hasPrefix("ä") }
        #expect(read.count == 15)
        #expect(read.allSatisfy { $0.utf8.count <= Limits.textBytes })
        #expect(read.count { $0.utf8.count <= Limits.nameBytes } == 8, "names are shorter")
    }
}

/// All texts in a value, however deep.
private func strings(in value: Any) -> [String] {
    if let text = value as? String { return [text] }
    return Mirror(reflecting: value).children.flatMap { strings(in: $0.value) }
}
