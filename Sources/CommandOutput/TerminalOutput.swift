import Dispatch
import Synchronization

/// What is on its way to a terminal, in order: a text is taken whole or, where too much waits already, not at all.
final class TerminalOutput: Sendable {
    /// How many bytes may wait.
    private static let limit = 256 << 10

    private let write: @Sendable (String) -> Void
    /// `nil` where the caller writes itself.
    private let queue: DispatchQueue?
    private let waiting = Atomic(0)
    private let leftOut = Mutex(0)

    init(isBuffered: Bool, write: @escaping @Sendable (String) -> Void) {
        self.write = write
        queue = isBuffered ? DispatchQueue(label: "terminal") : nil
    }

    var hasRoom: Bool { waiting.load(ordering: .relaxed) < Self.limit }

    /// Counts a line that finds no room, and says later how many there were.
    func hasRoom(for line: String) -> Bool {
        leftOut.withLock { count in
            guard hasRoom else {
                count += 1
                return false
            }
            if count > 0 { send("... \(count) lines left out: the terminal did not take them\n") }
            count = 0
            return true
        }
    }

    func send(_ text: String) {
        guard let queue else { return write(text) }
        let byteCount = text.utf8.count
        waiting.add(byteCount, ordering: .relaxed)
        queue.async { [self] in
            write(text)
            waiting.subtract(byteCount, ordering: .relaxed)
        }
    }

    func flush() {
        guard let queue else { return }
        let group = DispatchGroup()
        queue.async(group: group) {}
        _ = group.wait(timeout: .now() + .seconds(1))
    }
}
