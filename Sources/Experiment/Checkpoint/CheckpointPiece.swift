/// Some of a checkpoint's bytes, on their way.
public struct CheckpointPiece: Sendable, Hashable {
    public let label: CheckpointLabel
    /// Where the bytes belong.
    public let offset: Int
    public let bytes: [UInt8]

    public init(label: CheckpointLabel, offset: Int, bytes: [UInt8]) {
        self.label = label
        self.offset = offset
        self.bytes = bytes
    }

    public var end: Int { offset + bytes.count }
}

/// A checkpoint that arrives in pieces, in their order. It never takes more bytes than its label says.
public struct CheckpointAssembly: Sendable, Hashable {
    public let label: CheckpointLabel
    private var bytes: [UInt8] = []

    public init(of label: CheckpointLabel) {
        self.label = label
    }

    /// Where the next piece begins.
    public var offset: Int { bytes.count }

    public var isComplete: Bool { bytes.count == label.byteCount }

    /// Adds a piece; `false`, and nothing is changed, where it is not the next one.
    public mutating func append(_ piece: CheckpointPiece) -> Bool {
        guard piece.label == label, piece.offset == bytes.count, piece.end <= label.byteCount else { return false }
        bytes += piece.bytes
        return true
    }

    /// The whole checkpoint; `nil` while pieces are missing, and where the bytes are not those of the label.
    public func content() -> CheckpointContent? {
        guard isComplete, ContentDigest(of: bytes) == label.digest else { return nil }
        return CheckpointContent(label: label, bytes: bytes)
    }
}
