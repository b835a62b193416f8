import Experiment
import Logging
import Scheduling
import Status

// A turn that is stored is shown and logged.

extension CoordinatorLoop {
    /// Counts what a turn stored, says what is worth a line, and shows how the sweep stands.
    func reportTurn(_ deliveries: Deliveries<RouterConnection>) {
        for worker in deliveries.joinedWorkers { reportJoin(of: worker) }
        for difference in deliveries.differences { reportDifference(difference) }
        watch.follow(
            deliveries.actions, differenceCount: deliveries.differences.count, on: core.board, at: now)
        for action in deliveries.actions { reportAction(action) }
        sayWhatIsAwaited()
        show()
    }

    private func reportJoin(of worker: JoinedWorker) {
        guard let unreported = unreportedLines(of: worker.id) else { return }
        parts.log.info(
            "a worker joined",
            metadata: [
                "worker": "\(worker.id)", "host": "\(worker.facts.host)", "slots": "\(worker.slots)",
                "unreported": "\(unreported)",
            ])
        parts.observer.tell(.workerJoined(worker.id, worker.facts, slots: worker.slots))
    }

    private func reportDifference(_ difference: RecordComparison) {
        let key = difference.attempt, epoch = difference.record.epoch
        // Each is stored and counted, whether it has a line or not.
        guard let unreported = unreportedLines(of: core.board.owner(of: key)!) else { return }
        parts.log.critical(
            "a second execution gave other bits",
            metadata: [
                "task": "\(key.task)", "epoch": "\(epoch)", "attempt": "\(key.attempt.rawValue)",
                "unreported": "\(unreported)",
            ])
        parts.observer.tell(.recordDiffered(tasks[key.task]!, epoch: epoch, by: key.attempt))
    }

    private func reportAction(_ action: TaskBoard.Action) {
        switch action {
        case .store(.recordCommitted(let key, let record)):
            parts.observer.tell(.epochStored(tasks[key.task]!, record, by: core.board.owner(of: key)!))
        case .store(.attemptEnded(let key, let end)) where end.outcome != .completed: reportEarlyEnd(end, of: key)
        // `reply` says how many were cancelled, in one line.
        case .store(.taskFailed(_, .cancelled)): break
        case .store(.taskFailed(let task, .hopeless(let reason))):
            parts.observer.tell(.taskFailed(tasks[task]!, reason: reason))
        case .reportRejected(let worker, let key, let reason):
            guard let unreported = unreportedLines(of: worker) else { return }
            parts.log.warning(
                "a message was rejected",
                metadata: [
                    "worker": "\(worker)", "task": "\(key.task)", "reason": "\(reason)",
                    "unreported": "\(unreported)",
                ])
        case .reportLost(let worker, let reason):
            parts.log.warning("a worker was lost", metadata: ["worker": "\(worker)", "reason": "\(reason)"])
            parts.observer.tell(.workerLost(worker, reason: reason))
        case .reportQuarantined(let worker):
            parts.log.warning("a worker is quarantined", metadata: ["worker": "\(worker)"])
            parts.observer.tell(.workerQuarantined(worker))
        case .reportForgedCheckpoint(let worker, let key):
            guard let unreported = unreportedLines(of: worker) else { return }
            parts.log.warning(
                "a checkpoint is not what its worker had announced",
                metadata: ["worker": "\(worker)", "task": "\(key.task)", "unreported": "\(unreported)"])
            parts.observer.tell(.checkpointForged(tasks[key.task]!, by: worker))
        case .reportLiar(let liar):
            parts.log.critical("a key was found to lie", metadata: ["key": "\(liar.key)", "why": "\(liar.reason)"])
            parts.observer.tell(.liarFound(liar))
        case .store(.recordsReplaced(let key, let reason)):
            parts.log.critical(
                "the records of a task were replaced",
                metadata: ["task": "\(key.task)", "by": "\(key.attempt.rawValue)", "why": "\(reason)"])
            parts.observer.tell(.recordsReplaced(tasks[key.task]!, by: key.attempt, reason: reason))
        default: break
        }
    }

    private func reportEarlyEnd(_ end: AttemptEnd, of key: AttemptKey) {
        let worker = core.board.owner(of: key)!
        guard let unreported = unreportedLines(of: worker) else { return }
        parts.log.info(
            "an attempt ended early",
            metadata: [
                "task": "\(key.task)", "attempt": "\(key.attempt.rawValue)", "outcome": "\(end.outcome.rawValue)",
                "reason": "\(end.shortReason)", "unreported": "\(unreported)",
            ])
        guard end.outcome != .cancelled else { return }
        parts.observer.tell(.attemptEndedEarly(tasks[key.task]!, end, on: worker))
    }

    private func sayWhatIsAwaited() {
        guard core.stopRequestedAt != nil, ending == nil else { return }
        let states = core.board.announcedStates
        guard awaitedStates.isDue(count: states.count, stopRequestedAt: core.stopRequestedAt, at: now) else { return }
        parts.observer.tell(.statesAwaited(count: states.count, byteCount: states.byteCount))
    }

    /// At most ten times a second: nobody sees more.
    private func show() {
        guard ending != nil || now - shownAt >= .milliseconds(100) else { return }
        shownAt = now
        parts.observer.show(watch.snapshot(of: core.board, ending: ending, at: now))
    }
}
