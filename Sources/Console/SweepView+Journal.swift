import CoordinatorService
import Experiment
import Journal
import Scheduling

extension SweepView {
    /// From a journal, which knows what was begun and stored, and not who is silent.
    ///
    /// - Parameters:
    ///   - best: the point that is ahead, in words.
    ///   - rate: epochs a second, measured by whoever looks repeatedly.
    public init(_ state: JournalState, sweep: Sweep, best: String?, rate: Double? = nil) {
        let names = TaskNames(sweep)
        var progress = state.progress
        var running: [WorkerID: [String]] = [:]
        for (task, history) in zip(state.plan.tasks, state.histories) {
            guard let open = history.openAttempt else { continue }
            running[open.worker, default: []].append(names.name(task, epochs: history.epochs.count))
        }
        let busy = state.workers.filter { running[$0.id] != nil }
        progress.workers = busy.count
        // What a host said of itself may be any number.
        progress.slots = busy.reduce(0) { sum, worker in
            let (total, overflow) = sum.addingReportingOverflow(worker.slots)
            return overflow ? .max : total
        }
        progress.rate = rate
        if let rate, rate > 0 {
            progress.timeLeft = .seconds(Double(progress.epochsTotal - progress.epochsDone) / rate)
        }
        self.init(
            progress: progress,
            workers: busy.map { worker in
                Worker(
                    name: worker.id.rawValue, host: worker.facts.host, slots: worker.slots,
                    tasks: running[worker.id] ?? [])
            }, best: best)
    }

    /// Whether nothing is left to be trained.
    public var isOver: Bool { progress.tasks.waiting + progress.tasks.running == 0 }
}

extension JournalState {
    /// As far as the journal knows it: nothing of workers, rates and times.
    public var progress: SweepProgress {
        var progress = SweepProgress(isPaused: settings[.paused] != nil, alarms: disagreementCount)
        for (task, history) in zip(plan.tasks, histories) {
            progress.epochsTotal += task.parameters.epochs
            progress.epochsDone += history.epochs.count
            if history.epochs.count == task.parameters.epochs {
                progress.tasks.done += 1
            } else if history.failure != nil {
                progress.tasks.failed += 1
            } else if history.openAttempt != nil {
                progress.tasks.running += 1
            } else {
                progress.tasks.waiting += 1
            }
        }
        return progress
    }
}

extension TaskHistory {
    fileprivate var openAttempt: StoredAttempt? { attempts.last { $0.end == nil } }
}
