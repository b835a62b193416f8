import Experiment

/// The end of a key's admission: who said so, when and why.
public struct Revocation: Sendable, Equatable {
    /// The name of a user.
    public let by: String
    public let at: WallTime
    /// Empty where none was given.
    public let reason: String

    /// - Parameter reason: cut to a line of 200 bytes.
    public init(by user: String, at time: WallTime, reason: String) {
        by = storedText(user, longest: 64, wordsApart: false)
        at = time
        self.reason = storedText(reason, longest: 200, wordsApart: true)
    }
}

/// A revoked key of a worker, as its file has it.
public struct RevokedKey: Sendable, Equatable {
    public let worker: KeyDigest
    /// The name under which it was admitted, or had asked to be.
    public let label: KeyName
    public let revocation: Revocation

    package init(worker: KeyDigest, label: KeyName, revocation: Revocation) {
        self.worker = worker
        self.label = label
        self.revocation = revocation
    }
}

/// A text that can stand in a line of a file: visible characters of ASCII as they are, anything else but letters of
/// other scripts as `?`, so that it can do nothing to a terminal either.
func storedText(_ text: String, longest: Int, wordsApart: Bool) -> String {
    var stored = ""
    for scalar in text.unicodeScalars {
        let isVisible = scalar.value < 128 ? (0x21...0x7E).contains(scalar.value) : scalar.properties.isAlphabetic
        let character: Character = isVisible ? Character(scalar) : wordsApart && scalar == " " ? " " : "?"
        guard stored.utf8.count + character.utf8.count <= longest else { break }
        stored.append(character)
    }
    return stored
}
