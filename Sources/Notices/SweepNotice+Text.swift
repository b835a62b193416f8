import Experiment
import Foundation
import Messages

extension SweepNotice {
    /// How much a notice matters to somebody who watches.
    public enum Weight: Sendable, Hashable {
        /// A line of which there are very many.
        case detail
        case event
        /// Somebody should act, or know that something is wrong.
        case alarm
    }

    public var weight: Weight {
        switch self {
        case .epochStored: .detail
        case .resumed, .listening, .pageServed, .taskFailed, .attemptEndedEarly, .workerJoined, .workerLost,
            .workerQuarantined, .keyEnded, .workerCutOff, .enrolment(.waiting), .localWorkerTakenOver,
            .localWorkerDismissed, .localWorkerKilled, .requestGranted, .stopping, .statesAwaited, .tablesTakeLong,
            .keyChanging, .keyChanged(unreachedCount: 0):
            .event
        case .enrolment(.secondClaimant), .localWorkerAtFault, .localWorkerGivenUp, .recordDiffered, .liarFound,
            .recordsReplaced, .storageFailed, .storageWorksAgain, .tablesFailed, .tablesWorkAgain, .checkpointsFailed,
            .checkpointForged, .keyChanged:
            .alarm
        }
    }

    /// One line for people, in which a task has its whole summary. Reasons and hosts in it are as others sent them.
    public var text: String { text(naming: \.summary) }

    /// The line, with short names for somebody who reads many of them.
    ///
    /// - Parameter name: how the line of an epoch calls its task.
    public func text(naming name: (SweepTask) -> String) -> String {
        switch self {
        case .resumed(let stored, let total): "Going on: \(stored) of \(total) epochs are stored."
        case .listening(let endpoint): "Workers can join at \(endpoint): sweep invite prints the command."
        case .pageServed(let url): "The sweep's page: \(url)"
        case .epochStored(let task, let record, let worker): epochLine(name(task), record, worker)
        case .taskFailed(let task, let reason): "Failed: \(task.summary): \(singleLine(reason, limit: 200))"
        case .attemptEndedEarly(let task, let end, let worker):
            "Attempt ended early (\(end.outcome.rawValue)) on \(worker): \(end.shortReason) [\(task.summary)]"
        case .workerJoined(let worker, let facts, let slots):
            "Worker \(worker) joined: \(facts.host), \(counted(slots, "slot")), \(facts.kernels)"
        case .workerLost(let worker, let reason): "Worker \(worker) lost: \(reason); its tasks go on elsewhere."
        case .workerQuarantined(let worker):
            "Worker \(worker) cannot train here, or failed several tasks in a row: "
                + "it gets no more until it is restarted."
        case .enrolment(let enrolment): enrolment.text
        case .keyEnded(let label):
            "The key \(label) is not admitted any more: its worker is cut off, and its tasks go on elsewhere."
        case .workerCutOff(let label, let reason):
            "The worker of the key \(label) is cut off for a minute: \(reason)."
        case .localWorkerTakenOver(let worker): "Taking over \(worker), which went on training on this host."
        case .localWorkerDismissed(let worker):
            "Dismissing \(worker), which trains on this host with other options: its tasks go on from their last "
                + "states."
        case .localWorkerKilled(let worker): "Worker \(worker) did not answer in time, and was killed."
        case .localWorkerAtFault(let reason): "Trying again: \(reason)."
        case .localWorkerGivenUp(let reason): "Going on without this host: \(reason)."
        case .recordDiffered(let task, let epoch, let attempt):
            "ALARM: epoch \(epoch) came out different in attempt \(attempt.rawValue) [\(task.summary)]"
        case .liarFound(let liar):
            "ALARM: \(liar.text). It gets nothing more, and what it delivered is trained again"
                + (liar.remedy.map { "; \($0)" } ?? "") + "."
        case .recordsReplaced(let task, let attempt, let reason):
            "ALARM: the records of attempt \(attempt.rawValue) took the place of the stored ones: \(reason) "
                + "[\(task.summary)]"
        case .storageFailed(let reason): "Waiting, nothing is lost: \(reason)"
        case .storageWorksAgain: "The journal can be written again; going on."
        case .tablesFailed(let reason):
            "The tables cannot be written: \(reason); every record is stored, and sweep export writes them."
        case .tablesWorkAgain: "The tables are written again."
        case .checkpointsFailed(let reason):
            "Checkpoints cannot be stored: \(reason); the sweep goes on, and what is interrupted now begins further "
                + "back."
        case .checkpointForged(let task, let worker):
            "Worker \(worker) sent a checkpoint whose bytes are not those that it had announced; it is left out "
                + "[\(task.summary)]"
        case .tablesTakeLong: "Writing the tables."
        case .requestGranted(let request, let count): request.text(count: count)
        case .stopping: "Stopping: storing what the workers have finished."
        case .statesAwaited(let count, let byteCount):
            "Waiting for the last \(counted(count, "state")) of the workers, "
                + "\(megabytesText(byteCount)) to come "
                + "(Ctrl-C again ends now: what does not come is trained again)."
        case .keyChanging(let time):
            "The coordinator gets another key: workers that are connected before the present one ends ("
                + (time > .zero ? "in \(Self.text(time))" : "now") + ") go on with it."
        case .keyChanged(let count):
            "The coordinator has its new key; workers come back by themselves."
                + (count == 0
                    ? "" : " \(counted(count, "worker")) did not answer: who does not come back needs a new token.")
        }
    }

    /// In the largest unit of which there are two.
    private static func text(_ time: Duration) -> String {
        let seconds = time / .seconds(1)
        for (length, word) in [(86_400.0, "day"), (3600, "hour"), (60, "minute")] where seconds >= 2 * length {
            return counted(Int((seconds / length).rounded()), word)
        }
        return counted(Int(seconds.rounded(.up)), "second")
    }

    private func epochLine(_ task: String, _ record: EpochRecord, _ worker: WorkerID) -> String {
        let metrics = record.metrics
        return String(
            format: "epoch %d train_loss %.4f val_loss %.4f train_acc %.2f val_acc %.2f ", record.epoch,
            metrics.trainLoss, metrics.valLoss, metrics.trainAccuracy, metrics.valAccuracy)
            + "[\(task)] \(worker)"
    }
}

extension SweepNotice.EnrolmentNews {
    fileprivate var text: String {
        switch self {
        case .waiting(let label, let key, let address):
            "\(label) waits to be let in from \(Self.place(address)), with the key \(key): sweep keys approve \(label) "
                + "lets it in, sweep revoke \(label) does not."
        case .secondClaimant(let invite, let key, let address, let first, let firstAddress):
            "A second worker came with the token of \(invite), from \(Self.place(address)) (key \(key)), and was "
                + "refused: \(first) was first, from \(Self.place(firstAddress)). If \(first) is not yours, "
                + "sweep revoke \(first)."
        }
    }

    private static func place(_ address: String) -> String { address.isEmpty ? "this host" : address }
}

extension SweepRequest {
    /// - Parameter count: how many tasks it concerns.
    fileprivate func text(count: Int) -> String {
        let tasks = counted(count, "task")
        return switch self {
        case .pause: "Paused on request: nothing new begins until sweep resume."
        case .resume: "Going on, on request."
        case .drain(let worker): "Worker \(worker) is drained on request: others go on with its tasks."
        case .restore(let worker): "Worker \(worker) is given tasks again, on request."
        case .cancel: "Cancelled on request: \(tasks)."
        case .retry: "Tried again on request: \(tasks)."
        case .audit(let task): "Trained again on request: task \(task)."
        case .forget(let key, let reason):
            "What the key \(key) delivered is trained again on request (\(reason)): \(tasks)."
        }
    }
}
