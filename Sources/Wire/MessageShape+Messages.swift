// The shapes of this version's messages, field by field as `Protocol/sweep.proto`, `Protocol/trainer.proto` and
// `Protocol/enrolment.proto` number them.

extension MessageShape {
    private static let attempt = MessageShape(name: "attempt", otherFields: 16, byteLimit: 256)
    private static let facts = MessageShape(name: "facts")
    private static let label = MessageShape(name: "label", otherFields: 16, byteLimit: 256)
    private static let running = MessageShape(name: "running", otherFields: 16, byteLimit: 256)
    private static let layer = MessageShape(
        name: "layer_gradients",
        parts: [.numbers(2, "values", atMost: Limits.layerValues, elementBytes: MemoryLayout<Float>.size)])
    private static let outcomes = MessageShape(
        name: "outcomes", otherFields: 16, byteLimit: Limits.testImages / 8 + 256)

    /// An id of 32 digits, a number, and their tags.
    private static let runningBytes = 64 * Limits.runningAttempts

    private static let hello = MessageShape(
        name: "hello", parts: [.message(2, facts), .message(3, running, atMost: Limits.runningAttempts)],
        byteLimit: runningBytes + 8 * Limits.textBytes)
    private static let heartbeat = MessageShape(
        name: "heartbeat", parts: [.message(1, running, atMost: Limits.runningAttempts)], byteLimit: runningBytes + 1024
    )
    private static let record = MessageShape(
        name: "record",
        parts: [
            .message(1, attempt),
            .numbers(7, "gradient_norms", atMost: Limits.gradientNorms, elementBytes: MemoryLayout<Double>.size),
            .message(8, layer, atMost: Limits.layers), .message(9, outcomes),
        ],
        // Also where each number comes by itself, with a tag.
        byteLimit: 9 * Limits.gradientNorms + Limits.layers * (5 * Limits.layerValues + Limits.nameBytes)
            + Limits.testImages / 8 + 4096)
    private static let ended = MessageShape(
        name: "ended", parts: [.message(1, attempt), .message(5, label)], byteLimit: Limits.textBytes + 2048)
    private static let piece = MessageShape(
        name: "checkpoint_piece", parts: [.message(1, attempt), .message(2, label)],
        byteLimit: Limits.pieceBytes + 2048)
    private static let assignment = MessageShape(
        name: "assignment", parts: [.message(1, attempt), .message(12, label)], byteLimit: 4096)

    /// A message about one attempt: what is wanted of it, or was done.
    private static func aboutAttempt(_ name: String, label: Bool = false) -> MessageShape {
        MessageShape(
            name: name, parts: [.message(1, attempt)] + (label ? [.message(2, Self.label)] : []), byteLimit: 2048)
    }

    private static func words(_ name: String) -> MessageShape {
        MessageShape(name: name, byteLimit: Limits.textBytes + 1024)
    }

    /// The largest body, and what stands beside it.
    private static let wholeBytes = [hello, heartbeat, record, piece].map(\.byteLimit).max()! + 4096

    static let fromWorker = MessageShape(
        name: "FromWorker",
        parts: [
            .message(3, hello), .message(4, heartbeat), .message(5, record), .message(6, ended),
            .message(7, words("goodbye")), .message(8, piece), .message(9, aboutAttempt("checkpoint_request")),
            .message(10, words("key_kept")),
        ], isChoice: true, otherFields: 16, byteLimit: wholeBytes)

    static let fromCoordinator = MessageShape(
        name: "FromCoordinator",
        parts: [
            .message(2, words("welcome")), .message(3, words("who_are_you")), .message(4, assignment),
            .message(5, aboutAttempt("record_stored")), .message(6, aboutAttempt("end_stored")),
            .message(7, aboutAttempt("stop")), .message(8, words("refusal")), .message(9, words("farewell")),
            .message(10, aboutAttempt("checkpoint_wanted")), .message(11, aboutAttempt("checkpoint_settled")),
            .message(12, piece), .message(13, aboutAttempt("resume_point", label: true)),
            .message(14, words("heartbeat_heard")), .message(15, words("name_taken")),
            .message(16, words("next_key")),
        ], isChoice: true, otherFields: 16, byteLimit: wholeBytes)

    static let enrolmentRequest = MessageShape(
        name: "EnrolmentRequest", otherFields: 16, byteLimit: Limits.enrolmentBytes)

    static let enrolmentAnswer = MessageShape(
        name: "EnrolmentAnswer",
        parts: [
            .message(32, words("enrolled")), .message(33, words("own_key")), .message(34, words("waiting")),
            .message(35, words("expired")), .message(36, words("used")), .message(37, words("revoked")),
            .message(38, words("crowded")), .message(39, words("unavailable")),
        ], isChoice: true, otherFields: 16, byteLimit: 2 * Limits.textBytes)

    private static let trainerStart = MessageShape(
        name: "start",
        parts: [
            .message(1, words("task")), .message(2, label),
            .numbers(5, "processors", atMost: Limits.cores, elementBytes: 1),
        ],
        byteLimit: 2 * Limits.textBytes + 4 * Limits.cores)
    private static let trainerPiece = MessageShape(
        name: "state_piece", parts: [.message(1, label)], byteLimit: Limits.pieceBytes + 1024)
    private static let trainerRecord = MessageShape(
        name: "record",
        parts: [
            .numbers(6, "gradient_norms", atMost: Limits.gradientNorms, elementBytes: MemoryLayout<Double>.size),
            .message(7, layer, atMost: Limits.layers), .message(8, outcomes),
        ],
        byteLimit: record.byteLimit)

    static let trainerOrder = MessageShape(
        name: "Order", parts: [.message(2, trainerStart), .message(3, trainerPiece), .message(4, words("stop"))],
        isChoice: true, otherFields: 16, byteLimit: wholeBytes)

    static let trainerReport = MessageShape(
        name: "Report", parts: [.message(2, trainerRecord), .message(3, trainerPiece), .message(4, words("ended"))],
        isChoice: true, otherFields: 16, byteLimit: wholeBytes)
}
