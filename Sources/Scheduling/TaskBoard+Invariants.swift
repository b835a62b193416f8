import Experiment

extension TaskBoard {
    /// How many tasks are in each state, for people.
    public struct Counts: Sendable, Hashable {
        public var waiting = 0
        public var running = 0
        public var done = 0
        public var failed = 0
    }

    public var counts: Counts {
        var counts = Counts()
        for task in tasks {
            switch task.phase {
            case .waiting: counts.waiting += 1
            case .leased: counts.running += 1
            case .done: counts.done += 1
            case .failed: counts.failed += 1
            }
        }
        return counts
    }

    /// Workers that could be given a task now, and their slots.
    public var liveWorkers: (count: Int, slots: Int) {
        workers.values.reduce(into: (0, 0)) { total, worker in
            guard worker.standing == .live else { return }
            total.0 += 1
            total.1 += worker.slots
        }
    }

    /// Traps with the first invariant that does not hold. Tests and the simulator call it after each event.
    public func checkInvariants() {
        for (ordinal, task) in tasks.enumerated() {
            checkTask(ordinal, task)
        }
        for (key, open) in openAttempts {
            precondition(workers[open.worker]?.attempts.contains(key) == true, "\(key): its worker does not hold it")
            let phase = tasks[ordinals[key.task]!].phase
            precondition(phase == .leased(key.attempt) || phase == .done, "\(key): open, but its task is \(phase)")
            precondition(tasks[ordinals[key.task]!].owner(of: key.attempt) == open.worker, "\(key): wrong owner")
        }
        for (worker, state) in workers {
            for key in state.attempts {
                precondition(openAttempts[key]?.worker == worker, "\(worker) holds \(key), which is not open")
            }
            precondition(state.standing != .lost || state.attempts.isEmpty, "\(worker) is lost and holds attempts")
            precondition(state.standing != .leaving || !state.attempts.isEmpty, "\(worker) has left and is still here")
        }
        let unfinished = tasks.count { $0.phase != .done && $0.phase != .failed }
        precondition(unfinished == unfinishedCount, "\(unfinished) tasks are unfinished, not \(unfinishedCount)")
    }

    private func checkTask(_ ordinal: Int, _ task: TaskState) {
        precondition(task.committed.isFull == (task.phase == .done), "task \(ordinal): complete and \(task.phase)")
        if case .leased(let attempt) = task.phase {
            let key = AttemptKey(task: task.task.id, attempt: attempt)
            precondition(openAttempts[key] != nil, "task \(ordinal) is leased to an attempt that is not open")
        }
    }
}
