import Experiment
import Scheduling

// What must hold of what people ask for.

extension FleetModel {
    /// Nothing is begun during a pause or on a drained worker; in the turn that ends these it may be.
    func checkPermitted(
        _ key: AttemptKey, on worker: WorkerID, answering events: [TaskBoard.Event]
    ) throws(FleetViolation) {
        var endsPause = false, endsDrain = false
        for case .requestArrived(_, let request) in events {
            if request == .resume { endsPause = true }
            if request == .restore(worker) { endsDrain = true }
        }
        try require(!isPaused || endsPause, key, "started during a pause")
        try require(!drained.contains(worker) || endsDrain, key, "started on \(worker), which is drained")
    }

    /// The board said that it does so from now on.
    mutating func noteGranted(_ request: TaskBoard.Request) {
        switch request {
        case .pause: isPaused = true
        case .resume: isPaused = false
        case .drain(let worker):
            drained.insert(worker)
            everDrained.insert(worker)
        case .restore(let worker): drained.remove(worker)
        case .cancel, .retry, .audit: break
        }
    }
}
