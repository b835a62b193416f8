import Experiment
import Status

// Views of the board for people, in the words of `Status`. Each view costs a few lookups: the board is asked many times
// a second.

extension TaskBoard {
    /// The task's place in the plan; `nil` for one of another plan.
    public func ordinal(of task: TaskID) -> Int? { ordinals[task] }

    public func status(ofTask ordinal: Int) -> TaskStatus {
        let task = tasks[ordinal]
        return TaskStatus(
            phase: task.phase, epochs: task.committed.count, attempts: task.attempts.count,
            worker: task.attempts.last?.worker)
    }

    /// Every worker, by name; their rates are not the board's.
    public func workerStatuses(at instant: Instant) -> [WorkerStatus] {
        workers.states.sorted { $0.key < $1.key }.map { id, worker in
            WorkerStatus(
                id: id, facts: worker.facts, slots: worker.slots, standing: worker.standing,
                isDrained: worker.isDrained, silence: instant - worker.lastHeard,
                attempts: worker.attempts.sorted(by: byTask).map(runningAttempt))
        }
    }

    private func runningAttempt(_ key: AttemptKey) -> RunningAttempt {
        let ordinal = ordinals[key.task]!
        return RunningAttempt(
            ordinal: ordinal, attempt: key.attempt, isAudit: tasks[ordinal][key.attempt]?.isAudit ?? false)
    }

    /// Workers that could be given a task now, and their slots.
    public var liveWorkers: (count: Int, slots: Int) {
        workers.states.values.reduce(into: (0, 0)) { total, worker in
            guard worker.takesTasks else { return }
            total.0 += 1
            total.1 += worker.slots
        }
    }

    /// The worker that was given an attempt; `nil` for an attempt that was never started.
    public func owner(of key: AttemptKey) -> WorkerID? {
        ordinals[key.task].flatMap { tasks[$0][key.attempt]?.worker }
    }
}
