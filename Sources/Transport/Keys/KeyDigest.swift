import Crypto

/// The SHA-256 of a public key's text: what is kept and shown of keys, where the key itself is of no use. Of a worker's
/// key it has the same digits as the coordinator's decisions and the journal know the worker by.
public struct KeyDigest: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 64 hexadecimal digits.
    public let text: String

    /// As people see it: two keys of one store that begin alike by chance are not to be expected.
    public var short: String { String(text.prefix(12)) }

    public init(of key: CurvePublicKey) {
        text = SHA256.hash(data: Array(key.text.utf8)).reduce(into: "") { $0 += hexadecimal($1) }
    }

    /// `nil` unless `text` is that of a digest.
    init?(text: String) {
        guard text.utf8.count == 64, text.utf8.allSatisfy(Self.isDigit) else { return nil }
        self.text = text
    }

    /// Whether `text` could be the beginning of a digest that somebody copied: four digits at least.
    static func isPrefix(_ text: String) -> Bool {
        (4...64).contains(text.utf8.count) && text.utf8.allSatisfy(isDigit)
    }

    public var description: String { short }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

/// Two digits.
func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
