import CoordinatorService
import Experiment
import Foundation
import Scheduling
import Synchronization

/// Shows a sweep on standard error: a bar that is redrawn, or plain lines where standard error is no terminal.
final class ProgressDisplay: SweepObserver {
    enum Verbosity: Sendable, Comparable {
        case quiet, normal, verbose
    }

    private let terminal: Terminal
    private let verbosity: Verbosity
    private let plain = Mutex(PlainPace())

    init(terminal: Terminal, verbosity: Verbosity) {
        self.terminal = terminal
        self.verbosity = verbosity
    }

    func show(_ progress: SweepProgress) {
        guard verbosity > .quiet else { return }
        if terminal.isInteractive {
            terminal.setStatus(Self.line(progress, columns: terminal.columns))
        } else if plain.withLock({ $0.isDue(progress) }) {
            terminal.print(Self.facts(progress))
        }
    }

    func tell(_ notice: SweepNotice) {
        guard let (level, text) = Self.text(of: notice), verbosity >= level else { return }
        terminal.print(text)
    }

    /// The bar takes what the facts leave; a narrow terminal shows the facts alone.
    static func line(_ progress: SweepProgress, columns: Int) -> String {
        let facts = facts(progress)
        let width = min(30, columns - facts.count - 4)
        guard width >= 5 else { return facts }
        let done = progress.epochsTotal == 0 ? width : width * progress.epochsDone / progress.epochsTotal
        return "[" + String(repeating: "#", count: done) + String(repeating: "-", count: width - done) + "] " + facts
    }

    static func facts(_ progress: SweepProgress) -> String {
        let taskCount = progress.tasks.done + progress.tasks.failed + progress.tasks.waiting + progress.tasks.running
        var facts = "\(progress.epochsDone)/\(progress.epochsTotal) epochs, \(progress.tasks.done)/\(taskCount) tasks"
        if progress.tasks.failed > 0 { facts += ", \(progress.tasks.failed) failed" }
        if let rate = progress.rate { facts += String(format: ", %.2f epochs/s", rate) }
        if let left = progress.timeLeft, progress.epochsDone < progress.epochsTotal { facts += ", \(clock(left)) left" }
        if progress.isPaused { facts += ", paused" }
        return facts + ", \(counted(progress.slots, "slot")) on \(counted(progress.workers, "worker"))"
    }

    /// `1:02:03` or `2:03`.
    static func clock(_ duration: Duration) -> String {
        let seconds = Int(duration / .seconds(1))
        return seconds >= 3600
            ? String(format: "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60)
            : String(format: "%d:%02d", seconds / 60, seconds % 60)
    }

    private static func text(of notice: SweepNotice) -> (Verbosity, String)? {
        switch notice {
        case .resumed(let stored, let total): (.normal, "Going on: \(stored) of \(total) epochs are stored.")
        case .listening(let endpoint): (.normal, "Workers can join at \(endpoint): sweep invite prints the command.")
        case .epochStored(let task, let record, let worker): (.verbose, epochLine(task, record, worker))
        case .taskFailed(let task, let reason): (.normal, "Failed: \(task.summary): \(reason)")
        case .attemptEndedEarly(let task, let end, let worker):
            (.normal, "Attempt ended early (\(end.outcome.rawValue)) on \(worker): \(end.reason) [\(task.summary)]")
        case .workerJoined(let worker, let facts, let slots):
            (.normal, "Worker \(worker) joined: \(facts.host), \(counted(slots, "slot")), \(facts.kernels)")
        case .workerLost(let worker, let reason):
            (.normal, "Worker \(worker) lost: \(reason); its tasks go on elsewhere.")
        case .workerQuarantined(let worker):
            (
                .normal,
                "Worker \(worker) cannot train here, or failed several tasks in a row: it gets no more until it is restarted."
            )
        case .localWorkerGivenUp(let reason): (.quiet, "Going on without this host: \(reason).")
        case .recordDiffered(let task, let epoch, let attempt):
            (.quiet, "ALARM: epoch \(epoch) came out different in attempt \(attempt.rawValue) [\(task.summary)]")
        case .storageFailed(let reason): (.quiet, "Waiting, nothing is lost: \(reason)")
        case .storageWorksAgain: (.quiet, "The journal can be written again; going on.")
        case .tablesFailed(let reason):
            (.quiet, "The tables cannot be written (\(reason)); every record is stored: make room, then sweep export.")
        case .requestGranted(let request, let count): (.normal, text(of: request, count: count))
        case .stopping: (.normal, "Stopping: storing what the workers have finished.")
        }
    }

    private static func text(of request: TaskBoard.Request, count: Int) -> String {
        switch request {
        case .pause: "Paused on request: nothing new begins until sweep resume."
        case .resume: "Going on, on request."
        case .drain(let worker): "Worker \(worker) is drained on request: others go on with its tasks."
        case .restore(let worker): "Worker \(worker) is given tasks again, on request."
        case .cancel: "Cancelled on request: \(counted(count, "task"))."
        case .retry: "Tried again on request: \(counted(count, "task"))."
        case .audit(let task): "Trained again on request: task \(task)."
        }
    }

    private static func epochLine(_ task: SweepTask, _ record: EpochRecord, _ worker: WorkerID) -> String {
        let metrics = record.metrics
        return String(
            format: "epoch %d train_loss %.4f val_loss %.4f train_acc %.2f val_acc %.2f ", record.epoch,
            metrics.trainLoss, metrics.valLoss, metrics.trainAccuracy, metrics.valAccuracy)
            + "[norm=\(task.parameters.norm.rawValue) batch_size=\(task.parameters.batchSize)"
            + " seed=\(task.parameters.seed)] \(worker)"
    }
}

/// Plain lines come when a tenth of the sweep is done, and at least every half minute.
private struct PlainPace {
    private var tenth = -1
    private var last = ContinuousClock.now

    mutating func isDue(_ progress: SweepProgress) -> Bool {
        let reached = progress.epochsTotal == 0 ? 10 : 10 * progress.epochsDone / progress.epochsTotal
        guard reached != tenth || ContinuousClock.now - last >= .seconds(30) else { return false }
        tenth = reached
        last = .now
        return true
    }
}

/// `1 task`, `2 tasks`.
func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}
