import CommandOutput
import Experiment
import Notices
import Status

extension JSONLine {
    init(_ progress: SweepProgress) {
        self.init(level: "info", event: "progress", message: SweepPanel.plainFacts(progress))
        set("epochs_done", progress.epochsDone)
        set("epochs_total", progress.epochsTotal)
        set("tasks_done", progress.tasks.done)
        set("tasks_failed", progress.tasks.failed)
        set("tasks_running", progress.tasks.running)
        set("tasks_waiting", progress.tasks.waiting)
        set("epochs_per_second", progress.rate)
        set("seconds_left", progress.timeLeft.map { $0 / .seconds(1) })
        set("workers", progress.workers)
        set("slots", progress.slots)
        set("paused", progress.isPaused)
    }

    /// - Parameter text: of the notice.
    init(_ notice: SweepNotice, _ text: String) {
        self.init(level: notice.weight == .alarm ? "warning" : "info", event: notice.event, message: text)
        switch notice {
        case .epochStored(let task, let record, let worker):
            set("task", task.id.rawValue)
            set("epoch", record.epoch)
            set("worker", worker.rawValue)
            for metric in Metric.allCases { set(metric.rawValue, record.metrics[metric]) }
        case .taskFailed(let task, let reason):
            set("task", task.id.rawValue)
            set("reason", reason)
        case .attemptEndedEarly(let task, let end, let worker):
            set("task", task.id.rawValue)
            set("outcome", end.outcome.rawValue)
            set("reason", end.reason)
            set("worker", worker.rawValue)
        case .workerJoined(let worker, let facts, let slots):
            set("worker", worker.rawValue)
            set("host", facts.host)
            set("kernels", facts.kernels)
            set("slots", slots)
        case .workerLost(let worker, let reason):
            set("worker", worker.rawValue)
            set("reason", reason)
        case .workerQuarantined(let worker), .localWorkerTakenOver(let worker), .localWorkerDismissed(let worker),
            .localWorkerKilled(let worker):
            set("worker", worker.rawValue)
        case .enrolment(let enrolment): set(enrolment)
        case .keyEnded(let label): set("label", label)
        case .workerCutOff(let label, let reason):
            set("label", label)
            set("reason", reason)
        case .recordDiffered(let task, let epoch, let attempt):
            set("task", task.id.rawValue)
            set("epoch", epoch)
            set("attempt", attempt.rawValue)
        case .checkpointForged(let task, let worker):
            set("task", task.id.rawValue)
            set("worker", worker.rawValue)
        case .liarFound(let liar):
            set("key", liar.key.rawValue)
            set("workers", liar.workers.map(\.rawValue).joined(separator: ","))
            set("reason", liar.reason)
        case .recordsReplaced(let task, let attempt, let reason):
            set("task", task.id.rawValue)
            set("attempt", attempt.rawValue)
            set("reason", reason)
        case .resumed(let stored, let total):
            set("epochs_done", stored)
            set("epochs_total", total)
        case .listening(let endpoint): set("endpoint", endpoint)
        case .pageServed(let url): set("url", url)
        case .localWorkerAtFault(let reason), .localWorkerGivenUp(let reason), .storageFailed(let reason),
            .tablesFailed(let reason), .checkpointsFailed(let reason):
            set("reason", reason)
        case .requestGranted(_, let count): set("count", count)
        case .statesAwaited(let count, let byteCount):
            set("count", count)
            set("bytes", byteCount)
        case .keyChanging(let time): set("seconds", Int(time / .seconds(1)))
        case .keyChanged(let count): set("unreached", count)
        case .storageWorksAgain, .tablesWorkAgain, .stopping, .tablesTakeLong: break
        }
    }

    private mutating func set(_ enrolment: SweepNotice.EnrolmentNews) {
        switch enrolment {
        case .waiting(let label, let key, let address):
            set("label", label)
            set("key", key)
            set("address", address)
        case .secondClaimant(let invite, let key, let address, let first, _):
            set("label", invite)
            set("key", key)
            set("address", address)
            set("first", first)
        }
    }
}
