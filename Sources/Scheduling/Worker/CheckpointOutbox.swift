import Experiment

/// The checkpoints of a worker that its coordinator does not have: at most the newest of each attempt waits, and one is
/// under way, whatever the number of slots.
struct CheckpointOutbox: Sendable {
    struct Waiting: Sendable {
        let content: CheckpointContent
        /// When the trainer handed it over.
        let savedAt: Instant
    }

    /// The coordinator has the bytes before `offset`. A piece from there is in flight, or, at the end, the coordinator
    /// is storing it.
    struct Sending: Sendable {
        let key: AttemptKey
        let content: CheckpointContent
        var offset = 0
        var pieceByteCount = 0
        var sentAt: Instant
        /// The number of the first heartbeat that follows what was sent last.
        var sentBefore: Int

        var isWhole: Bool { offset == content.bytes.count }
    }

    private(set) var waiting: [AttemptKey: Waiting] = [:]
    private(set) var sending: Sending?

    var isEmpty: Bool { waiting.isEmpty && sending == nil }

    var count: Int { waiting.count + (sending == nil ? 0 : 1) }

    /// How many bytes the coordinator does not have yet.
    var byteCount: Int {
        waiting.values.reduce(0) { $0 + $1.content.bytes.count }
            + (sending.map { $0.content.bytes.count - $0.offset } ?? 0)
    }

    /// The label of the state that the coordinator will have of the attempt when all is sent.
    func newestLabel(of key: AttemptKey) -> CheckpointLabel? {
        waiting[key]?.content.label ?? (sending?.key == key ? sending!.content.label : nil)
    }

    mutating func put(_ content: CheckpointContent, of key: AttemptKey, at now: Instant) {
        waiting[key] = Waiting(content: content, savedAt: now)
    }

    mutating func withdraw(_ key: AttemptKey) { waiting[key] = nil }

    mutating func beginSending(_ key: AttemptKey, at now: Instant, before heartbeat: Int) {
        let content = waiting.removeValue(forKey: key)!.content
        sending = Sending(key: key, content: content, sentAt: now, sentBefore: heartbeat)
    }

    /// The next piece of the checkpoint under way. When the coordinator has all bytes, the last byte is sent once more:
    /// its answer says whether the checkpoint is stored.
    mutating func takePiece(limit: Int, at now: Instant, before heartbeat: Int) -> CheckpointPiece {
        let place = sending!
        let piece =
            place.isWhole
            ? place.content.piece(at: place.offset - 1, limit: 1) : place.content.piece(at: place.offset, limit: limit)
        sending!.pieceByteCount = piece.bytes.count
        sending!.sentAt = now
        sending!.sentBefore = heartbeat
        return piece
    }

    mutating func advance(to offset: Int) { sending!.offset = offset }

    mutating func endSending() { sending = nil }
}
