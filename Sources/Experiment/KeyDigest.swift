import Crypto

/// What is kept and shown of a public key, where the key itself is of no use: the SHA-256 of its text, as 64 lower-case
/// hexadecimal digits. The key of a worker and the key of an invite have one each.
public struct KeyDigest: Sendable, Hashable, Comparable, RawRepresentable, CustomStringConvertible {
    public let rawValue: String

    /// `nil` unless `rawValue` has 64 lower-case hexadecimal digits.
    public init?(rawValue: String) {
        guard rawValue.utf8.count == 64, isLowercaseHex(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// - Parameter publicKey: in whatever form its holder's side has it, the same one each time.
    public init(ofPublicKey publicKey: some Sequence<UInt8>) {
        rawValue = hexText(SHA256.hash(data: Array(publicKey)))
    }

    /// As people see it: two keys of one coordinator that begin alike by chance are not to be expected.
    public var short: String { String(rawValue.prefix(12)) }

    /// Whether `text` could be the beginning of a digest that somebody copied: four digits at least.
    package static func isPrefix(_ text: String) -> Bool {
        (4...64).contains(text.utf8.count) && isLowercaseHex(text)
    }

    public var description: String { short }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What a coordinator knows a worker by: the digest of the public key that the worker has proved to hold. Names are
/// labels; whoever shares a key is one and the same.
public typealias WorkerKey = KeyDigest
