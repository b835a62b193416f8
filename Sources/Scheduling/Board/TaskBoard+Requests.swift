import Experiment
import Messages

// The board carries out what people ask of a running sweep.

extension TaskBoard {
    mutating func carryOut(_ request: SweepRequest, _ id: RequestID) -> [Action] {
        // In the turn that ended it: to reopen a task now would leave it open for good.
        guard !hasEnded else { return [.sendAnswer(id, .refused(reason: "the sweep has just ended"))] }
        let (actions, answer) =
            switch request {
            case .pause: setPaused(true)
            case .resume: setPaused(false)
            case .drain(let worker): setDrained(worker, true)
            case .restore(let worker): setDrained(worker, false)
            case .cancel(let tasks): cancel(tasks)
            case .retry(let tasks): retry(tasks)
            case .audit(let task): audit(task)
            case .forget(let key, let reason): forget(key, because: reason)
            }
        return actions + [.sendAnswer(id, answer)]
    }

    private mutating func setPaused(_ isPaused: Bool) -> ([Action], SweepAnswer) {
        guard isPaused != self.isPaused else { return ([], .done(count: 0)) }
        self.isPaused = isPaused
        mayDispatch = true
        return ([], .done(count: 1))
    }

    /// A stop makes the worker give the attempt back, and then hand over the state of its trainer.
    private mutating func setDrained(_ worker: WorkerID, _ isDrained: Bool) -> ([Action], SweepAnswer) {
        guard let state = workers[worker], state.standing != .leaving else {
            let known = workers.lookAtAll().filter { $0.value.standing != .leaving }.keys.sorted().map(\.rawValue)
            let others = known.isEmpty ? "none has joined" : "there are: " + known.joined(separator: ", ")
            return ([], .refused(reason: "no worker \(worker) here; \(others)"))
        }
        guard state.isDrained != isDrained else { return ([], .done(count: 0)) }
        workers[worker]!.drainedAt = isDrained ? now : nil
        if isDrained {
            for key in state.attempts { openAttempts[key]!.mayComeBack = true }
            leaseCheck = min(leaseCheck ?? now + policy.lease, now + policy.lease)
        }
        // Tasks that only this worker had not failed, or may take again.
        mayDispatch = true
        let stops = isDrained ? state.attempts.sorted(by: byTask).map { Action.send(.stop($0), to: worker) } : []
        return (stops, .done(count: 1))
    }

    private mutating func cancel(_ chosen: [TaskID]) -> ([Action], SweepAnswer) {
        withOrdinals(of: chosen) { board, ordinals in
            var actions: [Action] = []
            for ordinal in ordinals where board.tasks[ordinal].phase.isUnfinished {
                actions += board.giveUp(ordinal)
            }
            return actions
        }
    }

    private mutating func giveUp(_ ordinal: Int) -> [Action] {
        let task = tasks[ordinal].task.id
        guard case .running(let attempt) = tasks[ordinal].phase else {
            move(ordinal, to: .failed(.cancelled))
            return [.store(.taskFailed(task, .cancelled))]
        }
        let key = AttemptKey(task: task, attempt: attempt)
        let worker = openAttempts[key]!.worker
        // First, so that the end of its attempt does not send it back into the queue.
        move(ordinal, to: .failed(.cancelled))
        return closeOpen(key, AttemptEnd(outcome: .cancelled, reason: "the task was cancelled", seconds: 0))
            + [.store(.taskFailed(task, .cancelled)), .send(.stop(key), to: worker)]
    }

    private mutating func retry(_ chosen: [TaskID]) -> ([Action], SweepAnswer) {
        withOrdinals(of: chosen) { board, ordinals in
            ordinals.filter { board.tasks[$0].phase.failure != nil }.map { ordinal in
                board.move(ordinal, to: .waiting)
                board.pending.insert(ordinal)
                board.mayDispatch = true
                return .store(.taskReopened(board.tasks[ordinal].task.id))
            }
        }
    }

    /// Runs `body` on the tasks, or on all, and counts what it stores of them.
    private mutating func withOrdinals(
        of chosen: [TaskID], _ body: (inout TaskBoard, [Int]) -> [Action]
    ) -> ([Action], SweepAnswer) {
        if let stranger = chosen.first(where: { ordinals[$0] == nil }) {
            return ([], .refused(reason: "no task \(stranger) in this sweep"))
        }
        let places = chosen.isEmpty ? Array(tasks.indices) : Set(chosen.map { ordinals[$0]! }).sorted()
        let actions = body(&self, places)
        let count = actions.count {
            switch $0 {
            case .store(.taskFailed), .store(.taskReopened): true
            default: false
            }
        }
        return (actions, .done(count: count))
    }

    private mutating func audit(_ task: TaskID) -> ([Action], SweepAnswer) {
        guard let ordinal = ordinals[task] else { return ([], .refused(reason: "no task \(task) in this sweep")) }
        guard tasks[ordinal].phase == .done else {
            return ([], .refused(reason: SweepAnswer.reasonOfUnfinished(task)))
        }
        // Where it waits for somebody who has not trained it yet, whoever is there may.
        let isWaitingInVain =
            audits.bar(of: ordinal).map { !$0.isDispute && !isAnotherThere(except: $0.spoken) } ?? false
        guard !isBeingTrained(ordinal), !audits.contains(ordinal) || isWaitingInVain else {
            return ([], .done(count: 0))
        }
        appendAudit(of: ordinal, isAskedFor: true)
        return ([], .done(count: 1))
    }
}
