import Experiment
import Foundation
import Glibc
import Scheduling
import Wire

// What is shown, and the worker of this host.

extension CoordinatorLoop {
    /// Counts what a turn stored, and says what is worth a line.
    func tell(_ actions: [TaskBoard.Action]) {
        watch.note(actions, on: board, at: now)
        for action in actions {
            switch action {
            case .storeRecord(let key, let record):
                tally.noteStored(1)
                if board.owner(of: key) == localWorker?.name { localWorker?.noteProgress() }
                parts.observer.tell(.epochStored(tasks[key.task]!, record, by: board.owner(of: key)!))
            case .storeAttemptEnded(let key, let end) where end.outcome != .completed:
                parts.log.info(
                    "an attempt ended early",
                    metadata: [
                        "task": "\(key.task)", "attempt": "\(key.attempt.rawValue)",
                        "outcome": "\(end.outcome.rawValue)",
                        "reason": "\(end.reason)",
                    ])
                if end.outcome != .cancelled {
                    parts.observer.tell(.attemptEndedEarly(tasks[key.task]!, end, on: board.owner(of: key)!))
                }
            // One line says how many were cancelled.
            case .storeTaskFailed(_, TaskBoard.cancellation): break
            case .storeTaskFailed(let task, let reason):
                parts.observer.tell(.taskFailed(tasks[task]!, reason: reason))
            case .noteRejected(let worker, let key, let reason):
                parts.log.warning(
                    "a message was rejected",
                    metadata: ["worker": "\(worker)", "task": "\(key.task)", "reason": "\(reason)"])
            case .noteLost(let worker, let reason):
                parts.log.warning("a worker was lost", metadata: ["worker": "\(worker)", "reason": "\(reason)"])
                parts.observer.tell(.workerLost(worker, reason: reason))
            case .noteQuarantined(let worker):
                parts.log.warning("a worker is quarantined", metadata: ["worker": "\(worker)"])
                parts.observer.tell(.workerQuarantined(worker))
            case .end(let ending):
                self.ending = ending
            default: break
            }
        }
    }

    /// At most ten times a second: nobody sees more.
    func show() {
        guard ending != nil || now - shownAt >= .milliseconds(100) else { return }
        shownAt = now
        let pace = tally.pace(elapsed: now - Instant(sinceOrigin: .zero))
        let workers = board.liveWorkers
        let progress = SweepProgress(
            tasks: board.counts, isPaused: board.isPaused, epochsDone: tally.epochsDone, epochsTotal: tally.epochsTotal,
            workers: workers.count, slots: workers.slots, rate: pace.rate, timeLeft: pace.timeLeft,
            alarms: tally.disagreementCount)
        parts.observer.show(watch.snapshot(of: board, progress, ending: ending, at: now))
    }

    // MARK: The local worker

    /// Starts the worker of this host where it is to run and does not.
    func startLocalWorker() throws {
        guard let localWorker, localWorker.isWanted, !localWorker.isRunning, ending == nil else { return }
        guard localWorker.mayStart else {
            self.localWorker = nil
            let message = "the worker of this host ended \(localWorker.quickEndCount) times; see \(parts.workerLog)"
            // Others may be at work, or on their way.
            guard parts.configuration.listen != nil else { throw CoordinatorError(message) }
            return parts.observer.tell(.localWorkerGivenUp(message))
        }
        do {
            try localWorker.start()
        } catch {
            parts.log.error("the worker of this host cannot be started", metadata: ["why": "\(error)"])
        }
    }

    /// Lets every worker go, and waits for the end of the one of this host.
    func dismissWorkers() {
        for peer in peers.peers {
            parts.router.send(CoordinatorMessage.farewell.encoded(), to: peer)
        }
        guard let localWorker, localWorker.isRunning else { return }
        localWorker.send(signal: SIGTERM)
        waitForLocalWorker(until: .now + .seconds(3))
        guard localWorker.isRunning else { return }
        localWorker.send(signal: SIGKILL)
        waitForLocalWorker(until: .now + .seconds(1))
    }

    private func waitForLocalWorker(until deadline: ContinuousClock.Instant) {
        while localWorker?.isRunning == true, ContinuousClock.now < deadline {
            for case .localWorkerEnded in parts.inbox.take(until: deadline) { localWorker?.noteEnded() }
        }
    }
}
