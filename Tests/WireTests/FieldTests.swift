import Experiment
import Messages
import Testing
import Wire

/// What a test says of one field: the message with a bad value of it, and the name that the error must give.
struct BadField: Sendable, CustomTestStringConvertible {
    let name: String
    let value: String
    let bytes: [UInt8]

    var testDescription: String { "\(name): \(value)" }

    init(_ name: String, _ value: String, _ message: ProtoWriter) {
        self.name = name
        self.value = value
        bytes = message.bytes
    }
}

/// A field that is out of bounds is refused by its name.
struct FieldTests {
    @Test(arguments: Self.badWorkerFields)
    func `a field of a worker's message that is out of bounds is refused by its name`(field: BadField) {
        let error = #expect(throws: WireError.self) { try WorkerEnvelope(decoding: field.bytes) }
        #expect(error?.code == .malformed)
        #expect(error?.description.hasPrefix("\(field.name):") == true, "\(error?.description ?? "")")
    }

    @Test(arguments: Self.badCoordinatorFields)
    func `a field of a coordinator's message that is out of bounds is refused by its name`(field: BadField) {
        let error = #expect(throws: WireError.self) { try CoordinatorMessage(decoding: field.bytes) }
        #expect(error?.code == .malformed)
        #expect(error?.description.hasPrefix("\(field.name):") == true, "\(error?.description ?? "")")
    }

    @Test func `the same messages with good values are read`() throws {
        let hello = try WorkerEnvelope(decoding: Self.from(3, Self.hello()).bytes)
        let facts = HostFacts(host: "h", processor: "", cores: 2, kernels: "", build: "")
        #expect(
            hello == WorkerEnvelope(.hello(slots: 1, facts: facts, running: []), from: WorkerID(rawValue: "w")!))
        #expect(throws: Never.self) { try WorkerEnvelope(decoding: Self.from(5, Self.record()).bytes) }
        #expect(throws: Never.self) { try WorkerEnvelope(decoding: Self.from(6, Self.ended()).bytes) }
        let assignment = try CoordinatorMessage(decoding: Self.toWorker(4, Self.assignment()).bytes)
        #expect(assignment == .assignment(AttemptKey(task: Self.task.id, attempt: Attempt(rawValue: 1)), Self.task))
    }

    @Test func `an assignment whose id is not the hash of its parameters is refused`() {
        let forged = Self.assignment(seed: 43)
        let error = #expect(throws: WireError.self) {
            try CoordinatorMessage(decoding: Self.toWorker(4, forged).bytes)
        }
        #expect(error?.description == "attempt: the id is not that of the parameters")
    }

    @Test func `a message without a body that this version knows is refused`() {
        let worker = #expect(throws: WireError.self) {
            try WorkerEnvelope(decoding: Self.from(99, ProtoWriter()).bytes)
        }
        let coordinator = #expect(throws: WireError.self) {
            try CoordinatorMessage(decoding: Self.toWorker(99, ProtoWriter()).bytes)
        }
        #expect([worker?.code, coordinator?.code] == [.malformed, .malformed])
    }

    @Test func `characters that change how others are seen become spaces, whatever their length in bytes`() throws {
        let text = "a\u{1B}[2J\r\n\u{0}\u{202E}\u{2028}z"
        let refusal = Self.toWorker(8, ProtoWriter().text(1, text))
        #expect(try CoordinatorMessage(decoding: refusal.bytes) == .refusal(reason: "a [2J     z"))
        let envelope = try WorkerEnvelope(decoding: Self.from(6, Self.ended(reason: text)).bytes)
        guard case .ended(_, let end, _) = envelope.message else {
            Issue.record("not an end")
            return
        }
        #expect(end.reason == "a [2J     z")
        let facts = ProtoWriter().text(1, text).text(2, text).text(4, text).text(5, text)
        guard
            case .hello(_, let host, _) = try WorkerEnvelope(decoding: Self.from(3, Self.hello(facts: facts)).bytes)
                .message
        else {
            Issue.record("not a hello")
            return
        }
        #expect(Set([host.host, host.processor, host.kernels, host.build]) == ["a [2J     z"])
    }
}

// The messages, field by field as Protocol/sweep.proto numbers them.

extension FieldTests {
    static let task = SweepTask(
        parameters: TaskParameters(epochs: 3), data: .shapes,
        dataDigest: DataDigest(rawValue: String(repeating: "a", count: 64))!)

    static func from(_ body: Int, _ content: ProtoWriter, worker: String = "w") -> ProtoWriter {
        ProtoWriter().varint(1, UInt64(ProtocolVersion.current)).text(2, worker).message(body, content)
    }

    static func toWorker(_ body: Int, _ content: ProtoWriter) -> ProtoWriter {
        ProtoWriter().varint(1, UInt64(ProtocolVersion.current)).message(body, content)
    }

    static func name(task: String = Self.task.id.rawValue, attempt: UInt64 = 1) -> ProtoWriter {
        ProtoWriter().text(1, task).varint(2, attempt)
    }

    static func hello(slots: UInt64 = 1, facts: ProtoWriter = ProtoWriter().text(1, "h").varint(3, 2)) -> ProtoWriter {
        ProtoWriter().varint(1, slots).message(2, facts)
    }

    static func record(
        epoch: UInt64 = 1, metrics: [Double] = [1, 2, 3, 4], more: ProtoWriter = ProtoWriter()
    ) -> ProtoWriter {
        let named = ProtoWriter().message(1, name()).varint(2, epoch)
        let measured = metrics.enumerated().reduce(named) { $0.double(3 + $1.offset, $1.element) }
        return more.bytes.isEmpty ? measured : measured.message(8, more)
    }

    static func ended(outcome: UInt64 = 2, reason: String = "", seconds: Double = 1) -> ProtoWriter {
        ProtoWriter().message(1, name()).varint(2, outcome).text(3, reason).double(4, seconds)
    }

    static func assignment(
        data: String = "shapes", digest: String = task.dataDigest.rawValue, norm: String = "bn", batchSize: UInt64 = 64,
        seed: UInt64 = 42, epochs: UInt64 = 3, learningRate: Double = 0.001, trainLimit: UInt64? = nil,
        testLimit: UInt64? = nil, name: ProtoWriter = Self.name()
    ) -> ProtoWriter {
        var message = ProtoWriter().message(1, name).text(2, data).text(3, digest).text(4, norm)
            .varint(5, batchSize).varint(6, seed).varint(7, epochs).double(8, learningRate)
        if let trainLimit { message = message.varint(10, trainLimit) }
        if let testLimit { message = message.varint(11, testLimit) }
        return message
    }

    static let longName = String(repeating: "x", count: Limits.nameBytes + 1)
    static let longText = String(repeating: "x", count: Limits.textBytes + 1)
    static let tooMuch = UInt64(UInt32.max)

    static let badWorkerFields: [BadField] = [
        BadField("worker", "empty", from(7, ProtoWriter(), worker: "")),
        BadField("worker", "of 65 bytes", from(7, ProtoWriter(), worker: String(repeating: "w", count: 65))),
        BadField("worker", "with a slash", from(7, ProtoWriter(), worker: "../w")),
        BadField("slots", "0", from(3, hello(slots: 0))),
        BadField("slots", "4097", from(3, hello(slots: 4097))),
        BadField("slots", "the largest", from(3, hello(slots: tooMuch))),
        BadField("cores", "the largest", from(3, hello(facts: ProtoWriter().varint(3, tooMuch)))),
        BadField("host", "too long", from(3, hello(facts: ProtoWriter().text(1, longName)))),
        BadField("processor", "too long", from(3, hello(facts: ProtoWriter().text(2, longName)))),
        BadField("kernels", "too long", from(3, hello(facts: ProtoWriter().text(4, longName)))),
        BadField("build", "too long", from(3, hello(facts: ProtoWriter().text(5, longName)))),
        BadField("task", "short", from(4, ProtoWriter().message(1, name(task: "abc")))),
        BadField(
            "task", "in capitals", from(4, ProtoWriter().message(1, name(task: String(repeating: "A", count: 32))))),
        BadField("attempt", "0", from(4, ProtoWriter().message(1, name(attempt: 0)))),
        BadField("attempt", "over 31 bits", from(4, ProtoWriter().message(1, name(attempt: 1 << 31)))),
        BadField("running", "one attempt too many", from(4, crowd)),
        BadField("epoch", "0", from(5, record(epoch: 0))),
        BadField("epoch", "10001", from(5, record(epoch: 10_001))),
        BadField("train_loss", "NaN", from(5, record(metrics: [.nan, 2, 3, 4]))),
        BadField("val_loss", "infinite", from(5, record(metrics: [1, .infinity, 3, 4]))),
        BadField("train_acc", "infinite", from(5, record(metrics: [1, 2, -.infinity, 4]))),
        BadField("val_acc", "NaN", from(5, record(metrics: [1, 2, 3, .nan]))),
        BadField("gradient_norms", "one too many", from(5, record().bytes(7, zeros(8 * (Limits.gradientNorms + 1))))),
        BadField(
            "values", "one too many", from(5, record(more: ProtoWriter().bytes(2, zeros(4 * (Limits.layerValues + 1)))))
        ),
        BadField("layer", "too long", from(5, record(more: ProtoWriter().text(1, longName)))),
        BadField(
            "layer_gradients", "one too many",
            from(
                5,
                (0...Limits.layers).reduce(record()) { message, _ in
                    message.message(8, ProtoWriter().text(1, "conv1"))
                })),
        BadField("public_key", "empty", from(10, ProtoWriter())),
        BadField("public_key", "too long", from(10, ProtoWriter().text(1, longName))),
        BadField("outcome", "none", from(6, ended(outcome: 0))),
        BadField("outcome", "unknown", from(6, ended(outcome: 99))),
        BadField("reason", "too long", from(6, ended(reason: longText))),
        BadField("seconds", "negative", from(6, ended(seconds: -1))),
        BadField("seconds", "NaN", from(6, ended(seconds: .nan))),
        BadField("seconds", "infinite", from(6, ended(seconds: .infinity))),
    ]

    static let badCoordinatorFields: [BadField] = [
        BadField("heartbeat_milliseconds", "9", toWorker(2, ProtoWriter().varint(2, 9))),
        BadField("heartbeat_milliseconds", "the largest", toWorker(2, ProtoWriter().varint(2, tooMuch))),
        BadField("public_key", "missing", toWorker(16, ProtoWriter().varint(2, 1))),
        BadField("public_key", "too long", toWorker(16, ProtoWriter().text(1, longName))),
        BadField(
            "present_ends_in_milliseconds", "over a year", toWorker(16, ProtoWriter().text(1, "k").varint(2, .max))),
        BadField("sweep", "too long", toWorker(2, ProtoWriter().text(1, longName).varint(2, 2000))),
        BadField("data", "unknown", toWorker(4, assignment(data: "imagenet"))),
        BadField("data_digest", "short", toWorker(4, assignment(digest: "abc"))),
        BadField("norm", "unknown", toWorker(4, assignment(norm: "bm"))),
        BadField("batch_size", "0", toWorker(4, assignment(batchSize: 0))),
        BadField("batch_size", "the largest", toWorker(4, assignment(batchSize: tooMuch))),
        BadField("seed", "over 32 bits", toWorker(4, assignment(seed: 1 << 32))),
        BadField("seed", "of 64 bits", toWorker(4, assignment(seed: .max))),
        BadField("epochs", "0", toWorker(4, assignment(epochs: 0))),
        BadField("epochs", "10001", toWorker(4, assignment(epochs: 10_001))),
        BadField("learning_rate", "negative", toWorker(4, assignment(learningRate: -0.1))),
        BadField("learning_rate", "NaN", toWorker(4, assignment(learningRate: .nan))),
        BadField("learning_rate", "infinite", toWorker(4, assignment(learningRate: .infinity))),
        BadField("train_limit", "0", toWorker(4, assignment(trainLimit: 0))),
        BadField("test_limit", "1000001", toWorker(4, assignment(testLimit: 1_000_001))),
        BadField("attempt", "0", toWorker(4, assignment(name: name(attempt: 0)))),
        BadField("epoch", "0", toWorker(5, ProtoWriter().message(1, name()))),
        BadField("task", "missing", toWorker(6, ProtoWriter())),
        BadField("task", "missing", toWorker(7, ProtoWriter())),
        BadField("reason", "too long", toWorker(8, ProtoWriter().text(1, longText))),
    ]

    private static let crowd: ProtoWriter = {
        let one = ProtoWriter().message(1, name()).bytes
        return ProtoWriter(repeating: one, count: Limits.runningAttempts + 1)
    }()

    private static func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }
}
