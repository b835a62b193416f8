import Experiment
import Messages
import Scheduling

// Rules for what people ask for.

extension FleetModel {
    /// Nothing is begun during a pause or on a drained worker; in the turn that ends these it may be. A drain ends with
    /// the worker's goodbye: a hello of it that was overtaken by that is taken for one of a new worker.
    func checkPermitted(
        _ key: AttemptKey, on worker: WorkerID, answering events: [TaskBoard.Event]
    ) throws(FleetViolation) {
        var endsPause = false, endsDrain = false
        for case .requestArrived(_, let request) in events {
            if request == .resume { endsPause = true }
            if request == .restore(worker) { endsDrain = true }
        }
        try require(!isPaused || endsPause, key, "started during a pause")
        try require(
            !drained.contains(worker) || endsDrain || hasLeft.contains(worker), key,
            "started on \(worker), which is drained")
    }

    /// The board said that it does so from now on; `turn` is all that it did with it, and is stored.
    mutating func recordGrant(
        of request: SweepRequest, count: Int, in turn: [TaskBoard.Action]
    ) throws(FleetViolation) {
        switch request {
        case .pause: isPaused = true
        case .resume: isPaused = false
        case .drain(let worker):
            if count > 0 { try checkStops(of: worker, in: turn) }
            drained.insert(worker)
            everDrained.insert(worker)
        case .restore(let worker): drained.remove(worker)
        case .cancel(let tasks): try checkCancelled(tasks, in: turn)
        case .retry: try checkRetried(in: turn)
        case .forget: break
        case .audit(let task): if count > 0, !turn.starts(anyOf: task) { owedAudits.insert(task) }
        }
    }

    /// A drained worker is told to stop everything that it was running.
    private func checkStops(of worker: WorkerID, in turn: [TaskBoard.Action]) throws(FleetViolation) {
        for history in histories {
            for (index, attempt) in history.attempts.enumerated() where attempt.worker == worker {
                let key = AttemptKey(task: history.task.id, attempt: Attempt(rawValue: index + 1))
                let isRunning = attempt.outcome == nil && !turn.opens(key)
                try require(!isRunning || turn.stops(key, of: worker), key, "trains on on a drained worker")
            }
        }
    }

    private func checkCancelled(_ tasks: [TaskID], in turn: [TaskBoard.Action]) throws(FleetViolation) {
        for task in tasks {
            guard let place = places[task] else { continue }
            let history = histories[place]
            guard history.isFailed || history.isComplete || turn.reopens(task) else {
                throw FleetViolation(description: "cancelled, and not stored as such", task: task)
            }
        }
    }

    private func checkRetried(in turn: [TaskBoard.Action]) throws(FleetViolation) {
        for history in histories where history.isFailed && !history.isComplete && !turn.fails(history.task.id) {
            throw FleetViolation(description: "retried, and still failed", task: history.task.id)
        }
    }

    /// Keeps who said goodbye, and who has come back since.
    mutating func recordPresence(of worker: WorkerID, saying message: WorkerMessage) {
        switch message {
        case .goodbye:
            hasLeft.insert(worker)
            away.insert(worker)
        case .hello:
            // One that its goodbye overtook brings nobody back: it is not gone before its attempts are over.
            let isThere = histories.contains { $0.attempts.contains { $0.outcome == nil && $0.worker == worker } }
            if !isThere { away.remove(worker) }
            greeted.insert(worker)
        default: break
        }
    }
}
