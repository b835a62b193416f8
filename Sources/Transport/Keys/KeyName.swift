import Experiment

/// The name of an invite, or the one under which a worker's key is admitted: what `sweep keys` lists. It is the name of
/// a file, too, hence the rules.
public struct KeyName: Sendable, Hashable, Comparable, RawRepresentable, CustomStringConvertible {
    public let rawValue: String

    /// `nil` unless `rawValue` has 1 to 64 letters, digits, `-`, `_` and `.`, and does not begin with `.`.
    public init?(rawValue: String) {
        guard isPlainFileName(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// - Throws: `invalidName`, with the rules.
    public init(_ text: String) throws(TransportError) {
        guard let name = Self(rawValue: text) else {
            throw TransportError(
                .invalidName, "'\(text)' cannot be the name of a key",
                remedy: "use 1 to 64 letters, digits, '-', '_' and '.', not beginning with '.'")
        }
        self = name
    }

    public var description: String { rawValue }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// A name that is not in use, as far as 40 random bits can say.
    static func random() -> Self {
        let letters = Array("abcdefghjkmnpqrstuvwxyz023456789")
        let suffix = String((0..<8).map { _ in letters[Int.random(in: 0..<32)] })
        guard let name = Self(rawValue: "worker-\(suffix)") else { preconditionFailure("an unusable name: \(suffix)") }
        return name
    }
}
