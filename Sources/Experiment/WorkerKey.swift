import Crypto

/// What a coordinator knows a worker by: the SHA-256 of the public key that the worker has proved to hold, as 64
/// lower-case hexadecimal digits. Names are labels; whoever shares a key is one and the same.
public struct WorkerKey: Sendable, Hashable, Comparable, RawRepresentable, CustomStringConvertible {
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

    /// Enough of it for people to tell keys apart.
    public var short: String { String(rawValue.prefix(12)) }

    public var description: String { short }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
