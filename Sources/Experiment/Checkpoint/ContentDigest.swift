import Crypto

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
