import Crypto

/// The name of a task: a hash of its canonical parameters and its data set's digest, so the same task has the same
/// id in every sweep.
public struct TaskID: Sendable, Hashable, Comparable, Codable, RawRepresentable, CustomStringConvertible {
    /// 32 lower-case hexadecimal digits.
    public let rawValue: String

    public init?(rawValue: String) {
        guard rawValue.utf8.count == 32, isLowercaseHex(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// The first 16 bytes of the SHA-256 of the canonical parameters followed by `data=`, the digest and a line feed.
    public init(parameters: TaskParameters, data: DataDigest) {
        let canonical = parameters.canonicalText + "data=\(data.rawValue)\n"
        rawValue = String(hexText(SHA256.hash(data: Array(canonical.utf8))).prefix(32))
    }

    public var description: String { rawValue }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
