/// The public keys by which a worker knows its coordinator: one that it has met, and one that the coordinator has said
/// it will have next.
///
/// Where one proves to be wrong the other one is tried. The present one is forgotten with the first connection to the
/// holder of the next one, so that whoever has the old secret key is nobody's coordinator any more.
public struct TrustedKeys: Sendable, Hashable {
    public private(set) var present: CurvePublicKey
    public private(set) var next: CurvePublicKey?

    public init(_ present: CurvePublicKey, next: CurvePublicKey? = nil) {
        self.present = present
        self.next = next == present ? nil : next
    }

    /// In the order in which they are tried.
    public var candidates: [CurvePublicKey] { [present] + (next.map { [$0] } ?? []) }

    /// The coordinator, whose key has been proved, names its next key. The last one that it names holds.
    ///
    /// - Returns: whether anything has changed.
    @discardableResult
    public mutating func learn(next key: CurvePublicKey) -> Bool {
        guard key != present, key != next else { return false }
        next = key
        return true
    }

    /// The other end of a connection has proved to hold this key.
    public mutating func recordConnection(with key: CurvePublicKey) {
        guard key == next else { return }
        present = key
        next = nil
    }
}

// MARK: - As a file

extension TrustedKeys {
    static let byteLimit = 256

    private static let firstLine = "sweep-coordinator-keys 1"

    var fileText: String {
        "\(Self.firstLine)\npresent \(present)\n" + (next.map { "next \($0)\n" } ?? "")
    }

    /// `nil` where the text is none of this version.
    init?(fileText: String) {
        var lines = fileText.fields(apartBy: "\n")
        guard (3...4).contains(lines.count), lines.removeLast().isEmpty, lines.removeFirst() == Self.firstLine else {
            return nil
        }
        let keys = zip(lines, ["present ", "next "]).map { line, word in
            line.strippingPrefix(word).flatMap { try? CurvePublicKey(String($0)) }
        }
        guard let present = keys[0], keys.allSatisfy({ $0 != nil }) else { return nil }
        self.init(present, next: keys.count > 1 ? keys[1] : nil)
    }
}
