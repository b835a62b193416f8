import Scheduling

/// The coordinator's keys on the disk of its host, which outlive every coordinator. A key is a number here.
struct FleetKeyStore {
    struct Rotation {
        let next: Int
        /// By the wall clock, in milliseconds.
        let due: Int
    }

    private(set) var present = 0
    private var rotation: Rotation?
    /// A rotation of which nobody knows yet whether it will be stored.
    private var unstored: Rotation?
    private var lastKey = 0

    var isChanging: Bool { rotation != nil || unstored != nil }

    /// Somebody wants another key: it is made, and nothing is on the disk yet.
    mutating func makeNext(due: Int) {
        precondition(!isChanging, "one rotation at a time")
        lastKey += 1
        unstored = Rotation(next: lastKey, due: due)
    }

    /// - Parameter isStored: whether whoever made the next key lived long enough.
    mutating func settle(isStored: Bool) {
        if isStored, let unstored { rotation = unstored }
        unstored = nil
    }

    /// Puts the next key in the place of the present one, if it is time.
    mutating func finishRotation(at wallClock: Int) {
        guard let rotation, rotation.due <= wallClock else { return }
        present = rotation.next
        self.rotation = nil
    }

    /// What a coordinator reads.
    func stored(at wallClock: Int) -> StoredKeys { stored(rotation, at: wallClock) }

    /// What one reads that takes what is not on the disk yet for stored.
    func storedTooEarly(at wallClock: Int) -> StoredKeys { stored(rotation ?? unstored, at: wallClock) }

    private func stored(_ rotation: Rotation?, at wallClock: Int) -> StoredKeys {
        let next = rotation.map {
            StoredKeys.Next(key: Self.text($0.next), presentEndsIn: .milliseconds(max(0, $0.due - wallClock)))
        }
        return StoredKeys(present: Self.text(present), next: next)
    }

    /// Whether the key is on the disk, as the present one or the next.
    func has(_ key: String) -> Bool { key == Self.text(present) || key == rotation.map { Self.text($0.next) } }

    /// What a worker is told of the keys that starts now, before any coordinator tells it more.
    func keys(withNext isNextKnown: Bool) -> [String] {
        [Self.text(present)] + (isNextKnown ? rotation.map { [Self.text($0.next)] } ?? [] : [])
    }

    static func text(_ key: Int) -> String { "key \(key)" }
}
