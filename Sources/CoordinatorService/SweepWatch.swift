import Experiment
import Scheduling

/// Follows what changes, so that a snapshot need not look at every task.
package struct SweepWatch {
    private let tasks: [SweepTask]
    /// Of workers that spoke to an earlier coordinator.
    private let pastFacts: [WorkerID: HostFacts]
    /// Ordinals of the tasks that changed since the last snapshot.
    private var changed: Set<Int>
    private var paces: [WorkerID: WorkerPace] = [:]

    package init(tasks: [SweepTask], pastFacts: [WorkerID: HostFacts] = [:]) {
        self.tasks = tasks
        self.pastFacts = pastFacts
        changed = Set(tasks.indices)
    }

    /// Follows a turn. Whatever happens to a task is stored, so the actions name every task that changed.
    package mutating func follow(_ actions: [TaskBoard.Action], on board: TaskBoard, at now: Instant) {
        for action in actions {
            if let ordinal = action.changedTask.flatMap(board.ordinal(of:)) { changed.insert(ordinal) }
            switch action {
            case .storeRecord(let key, _):
                if let worker = board.owner(of: key) { paces[worker, default: WorkerPace(from: now)].record(at: now) }
            case .storeAttemptStarted(_, let worker, _) where paces[worker] == nil:
                paces[worker] = WorkerPace(from: now)
            default: break
            }
        }
    }

    /// Makes a snapshot that goes on from the last one.
    package mutating func snapshot(
        of board: TaskBoard, _ progress: SweepProgress, ending: TaskBoard.Ending?, at now: Instant
    ) -> SweepSnapshot {
        defer { changed = [] }
        let workers = board.workerViews().map { view in
            WorkerSnapshot(
                id: view.id, facts: view.facts ?? pastFacts[view.id], slots: view.slots, standing: view.standing,
                isDrained: view.isDrained, rate: paces[view.id]?.rate(at: now), silence: now - view.lastHeard,
                attempts: view.attempts)
        }
        return SweepSnapshot(
            progress: progress, elapsed: now - Instant(sinceOrigin: .zero), tasks: tasks,
            changedTasks: changed.sorted().map { .init(ordinal: $0, view: board.taskView($0)) },
            workers: workers, ending: ending)
    }
}

/// How fast a worker is, from when its last records came in.
struct WorkerPace {
    private static let limit = 32

    /// When it was given its first task, or one of the records before those that follow; then its last records.
    private var instants: [Instant]

    init(from start: Instant) {
        instants = [start]
    }

    mutating func record(at now: Instant) {
        instants.append(now)
        if instants.count > Self.limit { instants.removeFirst() }
    }

    /// Epochs a second. It falls while nothing comes; `nil` before the first record.
    func rate(at now: Instant) -> Double? {
        let seconds = (now - instants[0]) / .seconds(1)
        guard instants.count > 1, seconds > 0 else { return nil }
        return Double(instants.count - 1) / seconds
    }
}

extension TaskBoard.Action {
    fileprivate var changedTask: TaskID? {
        switch self {
        case .storeAttemptStarted(let key, _, _), .storeAttemptReopened(let key), .storeRecord(let key, _),
            .storeAttemptEnded(let key, _):
            key.task
        case .storeTaskFailed(let task, _), .storeTaskReopened(let task): task
        default: nil
        }
    }
}
