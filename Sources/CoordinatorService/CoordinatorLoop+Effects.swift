import Experiment
import Foundation
import Glibc
import Scheduling
import Wire

// What is shown.

extension CoordinatorLoop {
    /// Counts what a turn stored, and says what is worth a line.
    func tell(_ actions: [TaskBoard.Action]) {
        watch.note(actions, on: board, at: now)
        for action in actions {
            switch action {
            case .storeRecord(let key, let record):
                tally.noteStored(1)
                let owner = board.owner(of: key)!
                localActions += keeper.handle(.progressed(owner), at: now)
                parts.observer.tell(.epochStored(tasks[key.task]!, record, by: owner))
            case .storeAttemptEnded(let key, let end) where end.outcome != .completed:
                parts.log.info(
                    "an attempt ended early",
                    metadata: [
                        "task": "\(key.task)", "attempt": "\(key.attempt.rawValue)",
                        "outcome": "\(end.outcome.rawValue)",
                        "reason": "\(end.reason)",
                    ])
                if end.outcome != .cancelled {
                    parts.observer.tell(.attemptEndedEarly(tasks[key.task]!, end, on: board.owner(of: key)!))
                }
            // One line says how many were cancelled.
            case .storeTaskFailed(_, TaskBoard.cancellation): break
            case .storeTaskFailed(let task, let reason):
                parts.observer.tell(.taskFailed(tasks[task]!, reason: reason))
            case .noteRejected(let worker, let key, let reason):
                parts.log.warning(
                    "a message was rejected",
                    metadata: ["worker": "\(worker)", "task": "\(key.task)", "reason": "\(reason)"])
            case .noteLost(let worker, let reason):
                parts.log.warning("a worker was lost", metadata: ["worker": "\(worker)", "reason": "\(reason)"])
                parts.observer.tell(.workerLost(worker, reason: reason))
            case .noteQuarantined(let worker):
                parts.log.warning("a worker is quarantined", metadata: ["worker": "\(worker)"])
                parts.observer.tell(.workerQuarantined(worker))
            case .end(let ending):
                self.ending = ending
            default: break
            }
        }
    }

    /// While the sweep stops: at first after a second, which is enough on most links.
    func sayWhatIsAwaited() {
        guard let stopRequestedAt, ending == nil else { return }
        let states = board.announcedStates
        let due = awaitingSaidAt.map { $0 + .seconds(3) } ?? stopRequestedAt + .seconds(1)
        guard states.count > 0, now >= due else { return }
        awaitingSaidAt = now
        parts.observer.tell(.statesAwaited(count: states.count, byteCount: states.byteCount))
    }

    /// At most ten times a second: nobody sees more.
    func show() {
        guard ending != nil || now - shownAt >= .milliseconds(100) else { return }
        shownAt = now
        let pace = tally.pace(elapsed: now - Instant(sinceOrigin: .zero))
        let workers = board.liveWorkers
        let progress = SweepProgress(
            tasks: board.counts, isPaused: board.isPaused, epochsDone: tally.epochsDone, epochsTotal: tally.epochsTotal,
            workers: workers.count, slots: workers.slots, rate: pace.rate, timeLeft: pace.timeLeft,
            alarms: tally.disagreementCount)
        parts.observer.show(watch.snapshot(of: board, progress, ending: ending, at: now))
    }
}
