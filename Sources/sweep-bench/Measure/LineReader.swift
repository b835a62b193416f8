import ChildProcesses

/// The lines of a child's standard output.
struct LineReader {
    private let child: ChildProcess
    private var unread: [UInt8] = []

    init(_ child: ChildProcess) {
        self.child = child
    }

    /// Waits for the next one; `nil` at the end, where a line without a line feed is dropped.
    mutating func next() -> String? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeSubrange(...end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let bytes = child.read()
            guard !bytes.isEmpty else { return nil }
            unread += bytes
        }
    }
}
