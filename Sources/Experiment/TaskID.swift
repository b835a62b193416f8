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

func isLowercaseHex(_ text: String) -> Bool {
    text.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
}

/// Two lower-case hexadecimal digits a byte.
package func hexText(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
