import Experiment
import Status

extension TaskBoard {
    /// Gives waiting tasks to free slots: the emptiest worker first, the first task that it has not failed before.
    mutating func dispatch() -> [Action] {
        guard mayDispatch, !isStopping, !isPaused, !hasEnded, !pending.isEmpty || areAuditsQueued else {
            return []
        }
        mayDispatch = false
        return dispatchTasks() + dispatchAudits()
    }

    /// A worker at a time; the order only decides who is idle when there are fewer tasks than slots.
    private mutating func dispatchTasks() -> [Action] {
        var actions: [Action] = []
        // Keys that failed every task that still waits.
        var barred: Set<WorkerIdentity> = []
        while !pending.isEmpty, let worker = workers.firstFree(except: barred) {
            while workers[worker]!.freeSlots > 0 {
                guard let ordinal = takePending(for: worker) else {
                    barred.insert(identity(of: worker))
                    break
                }
                actions += start(ordinal, on: worker)
            }
        }
        return actions
    }

    /// How many waiting tasks and audits dispatching has looked at: what it costs, the same on every machine.
    package var lookCount: Int { taskLookCount }

    /// How many workers were looked at so far, for whatever decision.
    package var workerLookCount: Int { workers.lookCount }

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
        return !isAnotherThere(except: failures.filter { $0.value >= count }.keys)
    }

    /// Whether a worker takes tasks under a key that is none of these, or is about to: this host's, or one that was
    /// there before the coordinator was started again and may come back.
    func isAnotherThere(except identities: some Collection<WorkerIdentity>) -> Bool {
        workers.hasTaker(except: identities) || expected.map { !identities.contains($0) } ?? false
            || returning.contains { !identities.contains($0) }
    }

    /// Says under which key a worker is about to say hello: of those who are there nobody is the only one then.
    package mutating func expectWorker(of identity: WorkerIdentity?) {
        guard expected != identity else { return }
        expected = identity
        recordChangedCompany()
    }

    /// A key is heard, or will not be.
    mutating func stopAwaiting(_ identity: WorkerIdentity) {
        if returning.remove(identity) != nil { recordChangedCompany() }
    }

    /// Whoever was there before the coordinator was started again has had time to come back.
    mutating func expireReturns() {
        guard !returning.isEmpty, now >= returningUntil else { return }
        returning = []
        recordChangedCompany()
    }

    /// Who may be given what depends on who is there.
    mutating func recordChangedCompany() {
        companyChangeCount += 1
        mayDispatch = true
    }

    private mutating func start(_ ordinal: Int, on worker: WorkerID) -> [Action] {
        let task = tasks[ordinal].task
        tasks[ordinal].attempts.append(StartedAttempt(worker: worker, key: key(of: worker)))
        let key = AttemptKey(task: task.id, attempt: Attempt(rawValue: tasks[ordinal].attempts.count))
        move(ordinal, to: .running(key.attempt))
        openAttempts[key] = OpenAttempt(worker: worker, assignedAt: now)
        workers[worker]!.attempts.insert(key)
        return [.store(.attemptStarted(key, worker, workers[worker]!.facts!))] + recordOrigin(of: key)
            + [.send(.assignment(key, task, from: checkpoints[task.id]), to: worker)]
    }

    /// Ends the sweep if nothing is left to do. To be called when everything that had arrived is taken: a record that
    /// came with the end of the last task may bring back another one.
    public mutating func endIfDone() -> [Action] {
        guard !hasEnded else { return [] }
        let verdicts = decideLastDisputes()
        guard let ending else { return verdicts + dispatch() }
        hasEnded = true
        return verdicts + [.end(ending)]
    }

    private var ending: SweepEnding? {
        // A sweep that stops waits for the states that workers hand over; one that goes on does not end with such.
        guard openAttempts.isEmpty, !isStopping || handOvers.isEmpty else { return nil }
        let isFinished = counts.unfinished == 0
        if isFinished, !isAuditAwaited || isStopping { return .finished }
        if isStopping { return .stopped }
        guard !policy.workersMayJoin, workers.isStalled else { return nil }
        return isFinished ? .finished : .stalled
    }
}

extension TaskBoard.WorkerState {
    var freeSlots: Int { max(0, slots - attempts.count) }

    /// Whether it is given tasks when it has room.
    var takesTasks: Bool { standing.takesTasks(isDrained: isDrained) }

    /// Whether it can be given a task now.
    var isFree: Bool { takesTasks && !isPausing && freeSlots > 0 }
}
