/// Why no further attempt is made of a task.
public enum TaskFailure: Sendable, Hashable {
    /// Somebody asked for it.
    case cancelled
    /// Another attempt would fare no better; the reason is the last one's, in one line.
    case hopeless(reason: String)

    /// As people read it, and as a journal keeps it.
    public var text: String {
        switch self {
        case .cancelled: Self.cancellation
        case .hopeless(let reason): reason
        }
    }

    /// - Parameter text: as a journal keeps it.
    public init(text: String) {
        self = text == Self.cancellation ? .cancelled : .hopeless(reason: text)
    }

    private static let cancellation = "cancelled"
}
