import Crypto

/// The SHA-256 of a data set's content.
public struct DataDigest: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public let rawValue: String

    public init?(rawValue: String) {
        guard rawValue.utf8.count == 64, isLowercaseHex(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    public init(_ digest: SHA256.Digest) {
        rawValue = hexText(digest)
    }

    /// Stands for a data set that is not at hand, where ids are only shown: the SHA-256 of its name. No data set has
    /// it.
    public init(standingInFor data: DataSetName) {
        self.init(SHA256.hash(data: Array(data.rawValue.utf8)))
    }

    public var description: String { rawValue }
}
