import Experiment

// What people see of the board. Each view costs a few lookups: the board is asked many times a second.

extension TaskBoard {
    /// A task at one moment.
    public struct TaskView: Sendable, Hashable {
        public var phase: TaskPhase
        /// How many of its epochs are stored.
        public var epochs: Int
        /// How many attempts were started, audits included.
        public var attempts: Int
        /// Who was given the last of them; `nil` before the first.
        public var worker: WorkerID?

        public init(phase: TaskPhase, epochs: Int, attempts: Int, worker: WorkerID?) {
            self.phase = phase
            self.epochs = epochs
            self.attempts = attempts
            self.worker = worker
        }
    }

    /// A task that is done stays so while it is audited.
    public enum TaskPhase: String, CaseIterable, Sendable, Hashable {
        case waiting, running, done, failed
    }

    /// A worker at one moment.
    public struct WorkerView: Sendable, Hashable {
        public var id: WorkerID
        public var standing: Standing
        public var isDrained: Bool
        public var slots: Int
        /// `nil` of one that has not spoken to this coordinator.
        public var facts: HostFacts?
        public var lastHeard: Instant
        /// What it trains, in the order of the plan.
        public var attempts: [AttemptView]
    }

    /// A running execution.
    public struct AttemptView: Sendable, Hashable {
        /// The task's place in the plan.
        public var ordinal: Int
        public var attempt: Attempt
        /// Trains a finished task again.
        public var isAudit: Bool

        public init(ordinal: Int, attempt: Attempt, isAudit: Bool = false) {
            self.ordinal = ordinal
            self.attempt = attempt
            self.isAudit = isAudit
        }
    }

    public var taskCount: Int { tasks.count }

    /// The task's place in the plan; `nil` for one of another plan.
    public func ordinal(of task: TaskID) -> Int? { ordinals[task] }

    public func taskView(_ ordinal: Int) -> TaskView {
        let task = tasks[ordinal]
        return TaskView(
            phase: TaskPhase(task.phase), epochs: task.committed.count, attempts: task.attempts.count,
            worker: task.attempts.last?.worker)
    }

    /// By name.
    public func workerViews() -> [WorkerView] {
        workers.sorted { $0.key < $1.key }.map { id, worker in
            WorkerView(
                id: id, standing: worker.standing, isDrained: worker.isDrained, slots: worker.slots,
                facts: worker.facts,
                lastHeard: worker.lastHeard, attempts: worker.attempts.sorted(by: byTask).map(attemptView))
        }
    }

    private func attemptView(_ key: AttemptKey) -> AttemptView {
        let ordinal = ordinals[key.task]!
        return AttemptView(
            ordinal: ordinal, attempt: key.attempt, isAudit: tasks[ordinal][key.attempt]?.isAudit ?? false)
    }
}

extension TaskBoard.TaskPhase {
    init(_ phase: TaskBoard.Phase) {
        switch phase {
        case .waiting: self = .waiting
        case .leased: self = .running
        case .done: self = .done
        case .failed: self = .failed
        }
    }
}
