import Experiment
import Status

/// The running picture of a sweep: follows what changes, so that a snapshot need not look at every task.
///
/// To make one costs as much as changed since the last one, and a little for each worker, whatever the plan's size:
/// the coordinator makes one every tenth of a second.
package struct SweepWatch {
    private let tasks: [SweepTask]
    /// Facts of workers that spoke to an earlier coordinator.
    private let pastFacts: [WorkerID: HostFacts]
    /// Ordinals of the tasks that changed since the last snapshot.
    private var changed: Set<Int>
    private var paces: [WorkerID: WorkerPace] = [:]
    /// The progress that is stored by now. Tasks, workers and the rate are those of the last snapshot.
    package private(set) var progress: SweepProgress
    private let epochsDoneAtStart: Int

    /// - Parameter progress: what was stored before.
    package init(tasks: [SweepTask], progress: SweepProgress, pastFacts: [WorkerID: HostFacts] = [:]) {
        self.tasks = tasks
        self.pastFacts = pastFacts
        self.progress = progress
        epochsDoneAtStart = progress.epochsDone
        changed = Set(tasks.indices)
    }

    /// Follows a turn. Whatever happens to a task is stored, so the actions name every task that changed.
    ///
    /// - Parameter differenceCount: records of the turn that came out other than the stored ones.
    package mutating func follow(
        _ actions: [TaskBoard.Action], differenceCount: Int = 0, on board: TaskBoard, at now: Instant
    ) {
        progress.alarms += differenceCount
        for action in actions {
            if let ordinal = action.fact?.task.flatMap({ board.ordinal(of: $0) }) { changed.insert(ordinal) }
            switch action {
            case .reportLiar(let liar): progress.liars.append(liar)
            case .store(.recordCommitted(let key, _)):
                progress.epochsDone += 1
                if let worker = board.owner(of: key) { paces[worker, default: WorkerPace(from: now)].record(at: now) }
            case .store(.attemptStarted(_, let worker, _)) where paces[worker] == nil:
                paces[worker] = WorkerPace(from: now)
            default: break
            }
        }
    }

    /// Makes a snapshot that goes on from the last one.
    package mutating func snapshot(of board: TaskBoard, ending: SweepEnding?, at now: Instant) -> SweepSnapshot {
        defer { changed = [] }
        let elapsed = now - Instant(sinceOrigin: .zero)
        let epochCount = progress.epochsDone - epochsDoneAtStart
        progress.rate = epochCount > 0 && elapsed > .zero ? Double(epochCount) / (elapsed / .seconds(1)) : nil
        progress.tasks = board.counts
        progress.isPaused = board.isPaused
        progress.disputes = board.disputeCount
        (progress.workers, progress.slots) = board.liveWorkers
        let workers = board.workerStatuses(at: now).map { worker in
            var worker = worker
            worker.facts = worker.facts ?? pastFacts[worker.id]
            worker.rate = paces[worker.id]?.rate(at: now)
            return worker
        }
        return SweepSnapshot(
            progress: progress, elapsed: elapsed, tasks: tasks,
            changedTasks: changed.sorted().map { .init(ordinal: $0, status: board.status(ofTask: $0)) },
            workers: workers, ending: ending)
    }
}
