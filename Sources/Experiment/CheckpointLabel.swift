import Crypto

/// Which state of a task a checkpoint holds, and how to know its bytes again.
public struct CheckpointLabel: Sendable, Hashable {
    /// The epochs that are trained: an attempt that resumes from it begins with the next one.
    public let epoch: Int
    public let byteCount: Int
    /// Of all bytes.
    public let digest: ContentDigest

    public init(epoch: Int, byteCount: Int, digest: ContentDigest) {
        self.epoch = epoch
        self.byteCount = byteCount
        self.digest = digest
    }
}

/// The SHA-256 of some bytes, as 64 lower-case hexadecimal digits.
public struct ContentDigest: Sendable, Hashable, RawRepresentable {
    public let rawValue: String

    public init?(rawValue: String) {
        guard rawValue.utf8.count == 64, isLowercaseHex(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    public init(of bytes: [UInt8]) {
        rawValue = hexText(SHA256.hash(data: bytes))
    }
}

/// A checkpoint as a whole.
public struct CheckpointContent: Sendable, Hashable {
    public let label: CheckpointLabel
    public let bytes: [UInt8]

    /// Labels `bytes`, the state after `epoch`.
    public init(epoch: Int, bytes: [UInt8]) {
        label = CheckpointLabel(epoch: epoch, byteCount: bytes.count, digest: ContentDigest(of: bytes))
        self.bytes = bytes
    }

    fileprivate init(label: CheckpointLabel, bytes: [UInt8]) {
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
