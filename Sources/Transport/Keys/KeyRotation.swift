/// A change of the coordinators' key that is under way: the pair that comes next, and when the present one ends.
///
/// Until then coordinators listen with the present key, and tell their workers of the next one; from then on they
/// listen with that one alone. A socket of libzmq has one key, and a port one socket, so that both cannot be had at
/// once; nor need they be, since a worker that was told knows the coordinator by either.
public struct KeyRotation: Sendable {
    public let next: CurveKeyPair
    public let begun: WallTime
    /// When the present key ends.
    public internal(set) var due: WallTime

    init(next: CurveKeyPair, begun: WallTime, due: WallTime) {
        self.next = next
        self.begun = begun
        self.due = due
    }

    public func isDue(at now: WallTime) -> Bool { due <= now }

    /// How long the present key lasts; zero where its time is over.
    public func remaining(at now: WallTime) -> Duration {
        .milliseconds(max(0, due.milliseconds - now.milliseconds))
    }
}

// MARK: - As a file

extension KeyRotation {
    static let byteLimit = 256

    private static let firstLine = "sweep-key-rotation 1"

    var fileText: String {
        "\(Self.firstLine)\nsecret \(next.secretKey.text)\nbegun \(begun.milliseconds)\ndue \(due.milliseconds)\n"
    }

    /// `nil` where the text is none of this version, or part of it is missing.
    init?(fileText: String) {
        let lines = fileText.fields(apartBy: "\n")
        func value(_ index: Int, _ word: String) -> String? {
            lines[index].strippingPrefix("\(word) ").map { String($0) }
        }
        guard lines.count == 5, lines[0] == Self.firstLine, lines[4].isEmpty,
            let secret = value(1, "secret").flatMap({ try? CurveSecretKey($0) }),
            let begun = value(2, "begun").flatMap({ Int64($0) }), let due = value(3, "due").flatMap({ Int64($0) }),
            begun >= 0, due >= begun
        else { return nil }
        next = CurveKeyPair(secretKey: secret)
        self.begun = WallTime(milliseconds: begun)
        self.due = WallTime(milliseconds: due)
    }
}
