/// A checkpoint as a whole.
public struct CheckpointContent: Sendable, Hashable {
    public let label: CheckpointLabel
    public let bytes: [UInt8]

    /// Labels `bytes`, the state after `epoch`.
    public init(epoch: Int, bytes: [UInt8]) {
        label = CheckpointLabel(epoch: epoch, byteCount: bytes.count, digest: ContentDigest(of: bytes))
        self.bytes = bytes
    }

    /// Bytes that are known to be those of the label.
    init(label: CheckpointLabel, bytes: [UInt8]) {
        self.label = label
        self.bytes = bytes
    }

    /// The piece that begins at `offset`, of at most `limit` bytes.
    public func piece(at offset: Int, limit: Int) -> CheckpointPiece {
        precondition((0..<bytes.count).contains(offset), "offset \(offset) of \(bytes.count) bytes")
        return CheckpointPiece(
            label: label, offset: offset, bytes: Array(bytes[offset..<min(offset + limit, bytes.count)]))
    }

    /// All pieces, in their order.
    public func pieces(limit: Int) -> [CheckpointPiece] {
        stride(from: 0, to: bytes.count, by: limit).map { piece(at: $0, limit: limit) }
    }
}
