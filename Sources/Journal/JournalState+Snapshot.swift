import Experiment
import Scheduling
import Status

// How a sweep stands, as far as its journal knows it.

extension JournalState {
    /// Where each task of the plan stands, in its order.
    public var statuses: [TaskStatus] { zip(plan.tasks, histories).map { $1.status(of: $0) } }

    /// How far the sweep is; the numbers of workers and the rate are left at nothing.
    public var progress: SweepProgress {
        var progress = SweepProgress(
            of: plan.tasks, histories, isPaused: settings[.paused] != nil, alarms: disagreementCount)
        progress.liars = liars
        progress.disputes = openDisputes.count
        return progress
    }

    /// Finished tasks of which word stands against word, in the order of the plan: as the board has them that goes on
    /// from here.
    public var openDisputes: [TaskID] {
        let standings = KeyStandings(judgements: judgements)
        return zip(plan.tasks, histories).filter { $1.isDisputed(of: $0, standings) }.map(\.0.id)
    }

    /// The last word on each key.
    private var standing: [WorkerKey: KeyJudgement] { judgements.reduce(into: [:]) { $0[$1.key] = $1 } }

    /// Of each key that was found to lie, why. It lied also where its owner has forgotten its results since.
    private var lies: [WorkerKey: KeyJudgement] {
        judgements.filter { $0.verdict == .lied }.reduce(into: [:]) { $0[$1.key] = $1 }
    }

    /// What people are told of each key of which anything was found out: that it lied, else the last word on it.
    public var verdicts: [WorkerKey: KeyJudgement.Verdict] {
        standing.merging(lies) { $1 }.mapValues(\.verdict)
    }

    /// Keys whose records came out other than those of the majority.
    private var liars: [Liar] {
        lies.values.sorted { $0.key < $1.key }.map { judgement in
            let names = keys.filter { $0.value == judgement.key }.keys.sorted()
            return Liar(key: judgement.key, workers: names, reason: judgement.reason)
        }
    }

    /// What was begun and stored. A journal does not know who is silent, so the workers are those that were given an
    /// attempt, as if all were well with them.
    ///
    /// - Parameter rate: epochs a second, measured by whoever looks repeatedly.
    public func snapshot(rate: Double? = nil) -> SweepSnapshot {
        var running: [WorkerID: [RunningAttempt]] = [:]
        for (ordinal, history) in histories.enumerated() {
            guard let attempt = history.openAttempt else { continue }
            let worker = history.attempts[attempt.rawValue - 1].worker
            let isAudit = history.phase(of: plan.tasks[ordinal]) == .done && history.isAudit(attempt)
            running[worker, default: []].append(
                RunningAttempt(ordinal: ordinal, attempt: attempt, isAudit: isAudit))
        }
        let busy = workers.compactMap { worker in
            running[worker.id].map {
                WorkerStatus(id: worker.id, facts: worker.facts, slots: worker.slots, attempts: $0)
            }
        }
        var progress = progress
        progress.rate = rate
        progress.workers = busy.count
        // What a host said of itself may be any number.
        progress.slots = busy.reduce(0) { sum, worker in
            let (total, isTooLarge) = sum.addingReportingOverflow(worker.slots)
            return isTooLarge ? .max : total
        }
        return SweepSnapshot(
            progress: progress, tasks: plan.tasks,
            changedTasks: statuses.enumerated().map { .init(ordinal: $0, status: $1) }, workers: busy)
    }
}
