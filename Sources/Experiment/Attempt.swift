/// The number of an execution of a task, counted from 1 in the order in which the coordinator started them.
public struct Attempt: Sendable, Hashable, Comparable, RawRepresentable {
    public let rawValue: Int

    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// One execution of one task. Every message about an execution carries it, so a repeated or late one changes nothing.
public struct AttemptKey: Sendable, Hashable, Comparable {
    public let task: TaskID
    public let attempt: Attempt

    public init(task: TaskID, attempt: Attempt) {
        self.task = task
        self.attempt = attempt
    }

    public static func < (left: Self, right: Self) -> Bool { (left.task, left.attempt) < (right.task, right.attempt) }
}
