/// How many tasks are in each phase.
public struct TaskCounts: Sendable, Hashable {
    public var waiting: Int
    public var running: Int
    public var done: Int
    public var failed: Int

    public init(waiting: Int = 0, running: Int = 0, done: Int = 0, failed: Int = 0) {
        self.waiting = waiting
        self.running = running
        self.done = done
        self.failed = failed
    }

    public var total: Int { waiting + running + done + failed }

    /// How many tasks the sweep still has to train.
    public var unfinished: Int { waiting + running }

    public mutating func add(_ change: Int, to phase: TaskPhase) {
        switch phase {
        case .waiting: waiting += change
        case .running: running += change
        case .done: done += change
        case .failed: failed += change
        }
    }
}
