import Experiment
import Status

extension TaskBoard {
    /// Gives waiting tasks to free slots: the emptiest worker first, the first task that it has not failed before.
    mutating func dispatch() -> [Action] {
        guard mayDispatch, !isStopping, !isPaused, !hasEnded, !pending.isEmpty || areAuditsQueued else {
            return []
        }
        mayDispatch = false
        let free = workers.filter(\.value.isFree).keys
        var actions: [Action] = []
        // A worker at a time; the order only decides who is idle when there are fewer tasks than slots.
        for worker in freeWorkers(among: free).names {
            while workers[worker]!.freeSlots > 0, let ordinal = takePending(for: worker) {
                actions += start(ordinal, on: worker)
            }
        }
        return actions + dispatchAudits(to: freeWorkers(among: free))
    }

    /// How many waiting tasks and audits dispatching has looked at: what it costs, the same on every machine.
    package var lookCount: Int { taskLookCount + pendingAudits.lookCount }

    func freeWorkers(among names: some Sequence<WorkerID>) -> FreeWorkers {
        FreeWorkers(
            names.compactMap { name in
                workers[name]!.isFree ? (name, identity(of: name), workers[name]!.freeSlots) : nil
            })
    }

    private mutating func takePending(for worker: WorkerID) -> Int? {
        var place = 0
        while let ordinal = pending.first(from: place) {
            taskLookCount += 1
            place = ordinal + 1
            let isWaiting = tasks[ordinal].phase == .waiting
            guard !isWaiting || suits(ordinal, worker) else { continue }
            pending.remove(ordinal)
            // A task that was adopted or cancelled had left its place in the queue behind.
            if isWaiting { return ordinal }
        }
        return nil
    }

    /// A task goes back to a key that failed it only when every other one has failed it as often.
    func suits(_ ordinal: Int, _ worker: WorkerID) -> Bool {
        let failures = tasks[ordinal].failureCounts
        guard let count = failures[identity(of: worker)] else { return true }
        return workers.allSatisfy { !$0.value.takesTasks || failures[identity(of: $0.key), default: 0] >= count }
    }

    private mutating func start(_ ordinal: Int, on worker: WorkerID) -> [Action] {
        let task = tasks[ordinal].task
        tasks[ordinal].attempts.append(StartedAttempt(worker: worker, identity: identity(of: worker)))
        let key = AttemptKey(task: task.id, attempt: Attempt(rawValue: tasks[ordinal].attempts.count))
        move(ordinal, to: .running(key.attempt))
        openAttempts[key] = OpenAttempt(worker: worker, assignedAt: now)
        workers[worker]!.attempts.insert(key)
        return [.store(.attemptStarted(key, worker, workers[worker]!.facts!))] + recordOrigin(of: key)
            + [.send(.assignment(key, task, from: checkpoints[task.id]), to: worker)]
    }

    mutating func announceEnd() -> [Action] {
        guard !hasEnded else { return [] }
        let verdicts = decideLastDisputes()
        guard let ending else { return verdicts }
        hasEnded = true
        return verdicts + [.end(ending)]
    }

    private var ending: SweepEnding? {
        // A sweep that stops waits for the states that workers hand over; one that goes on does not end with such.
        guard openAttempts.isEmpty, !isStopping || handOvers.isEmpty else { return nil }
        let isFinished = counts.unfinished == 0
        if isFinished, !isAuditAwaited || isStopping { return .finished }
        if isStopping { return .stopped }
        // First, since a sweep that waits for workers asks this at every message.
        guard !policy.workersMayJoin else { return nil }
        let candidates = workers.values.filter { $0.standing != .lost && $0.standing != .leaving }
        let isStalled = !candidates.isEmpty && candidates.allSatisfy { $0.standing == .quarantined }
        guard isStalled else { return nil }
        return isFinished ? .finished : .stalled
    }
}

extension TaskBoard.WorkerState {
    var freeSlots: Int { max(0, slots - attempts.count) }

    /// Whether it is given tasks when it has room.
    var takesTasks: Bool { standing.takesTasks(isDrained: isDrained) }

    /// Whether it can be given a task now.
    var isFree: Bool { takesTasks && freeSlots > 0 }
}
