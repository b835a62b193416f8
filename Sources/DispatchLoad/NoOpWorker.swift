import Experiment
import Messages
import Scheduling

/// A worker whose trainers train nothing: each task that it is given has its records and its end at once.
///
/// A plain value: messages in, messages out. What is said when is decided by `WorkerSession`, as in a real worker, so
/// that the coordinator under this load sees the conversation that it would see: an end follows when the last record
/// is acknowledged, and what is not acknowledged is sent again. What happens is counted in the caller's report.
package struct NoOpWorker: Sendable {
    private var session: WorkerSession
    private var hasJoined = false
    /// Why the coordinator does not want it; `nil` while it does.
    package private(set) var refusal: String?

    /// Attempts from their assignment until their end is stored.
    private var attempts: Set<AttemptKey> = []
    /// When records that are not acknowledged were sent first.
    private var recordsSentAt: [RecordKey: Instant] = [:]
    /// Attempts whose end was sent and is not acknowledged.
    private var endsSent: Set<AttemptKey> = []
    private var waitsForTask: SlotWaits
    private var waitsSinceEndSent: SlotWaits
    /// When what is being answered arrived, which may be a while before it is looked at.
    private var arrival: Instant

    private struct RecordKey: Hashable {
        let attempt: AttemptKey
        let epoch: Int
    }

    package init(slots: Int, now: Instant) {
        let facts = HostFacts(host: "load", processor: "none", cores: slots, kernels: "none", build: "sweep-bench")
        session = WorkerSession(slots: slots, facts: facts, now: now)
        waitsForTask = SlotWaits(slots: slots)
        waitsSinceEndSent = SlotWaits(slots: slots)
        arrival = now
    }

    /// The instant of the next `timePassed` that could change something.
    package var nextDeadline: Instant? { session.nextDeadline }

    package mutating func connected(at now: Instant, counting report: inout LoadReport) -> [WorkerMessage] {
        handle(.connected, at: now, &report)
    }

    package mutating func disconnected(at now: Instant, counting report: inout LoadReport) {
        _ = handle(.disconnected, at: now, &report)
    }

    package mutating func timePassed(at now: Instant, counting report: inout LoadReport) -> [WorkerMessage] {
        arrival = now
        return handle(.timePassed, at: now, &report)
    }

    /// - Parameters:
    ///   - arrival: when the message came, however long it waited here.
    ///   - now: when what is returned will be sent.
    /// - Returns: what to send, in this order.
    package mutating func receive(
        _ message: CoordinatorMessage, arrivedAt arrival: Instant, now: Instant, counting report: inout LoadReport
    ) -> [WorkerMessage] {
        self.arrival = arrival
        count(message, in: &report)
        return handle(.received(message), at: now, &report)
    }
}

// MARK: - What it does

extension NoOpWorker {
    private mutating func handle(
        _ event: WorkerSession.Event, at now: Instant, _ report: inout LoadReport
    ) -> [WorkerMessage] {
        var messages: [WorkerMessage] = []
        for action in session.handle(event, at: now) {
            switch action {
            case .send(let message):
                recordSending(of: message, at: now, &report)
                messages.append(message)
            case .startTrainer(let start):
                let firstEpoch = (start.checkpoint?.label.epoch ?? 0) + 1
                messages += train(start.task, as: start.key, from: firstEpoch, at: now, &report)
            // No trainer lasts longer than the event that started it; a session alone reads no images.
            case .stopTrainer, .loadImages, .reportUnfit, .keepKey: break
            case .rename(let name): refusal = "another worker has the name; \(name) is free"
            case .finish(.refused(let reason)): refusal = reason
            case .finish: break
            }
        }
        return messages
    }

    private mutating func train(
        _ task: SweepTask, as key: AttemptKey, from firstEpoch: Int, at now: Instant, _ report: inout LoadReport
    ) -> [WorkerMessage] {
        if let wait = waitsForTask.take(at: arrival) { report.idleSlot.add(wait) }
        if let wait = waitsSinceEndSent.take(at: arrival) { report.endToNextTask.add(wait) }
        var messages: [WorkerMessage] = []
        for epoch in firstEpoch..<(task.parameters.epochs + 1) {
            messages += handle(.trainerReported(key, NoOpTraining.record(of: task, epoch: epoch)), at: now, &report)
        }
        waitsForTask.becomeFree(at: now)
        let end = AttemptEnd(outcome: .completed, reason: "", seconds: 0)
        return messages + handle(.trainerEnded(key, end), at: now, &report)
    }
}

// MARK: - What is counted

extension NoOpWorker {
    private mutating func recordSending(of message: WorkerMessage, at now: Instant, _ report: inout LoadReport) {
        switch message {
        case .record(let key, let record):
            let name = RecordKey(attempt: key, epoch: record.epoch)
            if recordsSentAt[name] == nil { recordsSentAt[name] = now } else { report.sentAgain += 1 }
        case .ended(let key, _, state: _):
            if endsSent.insert(key).inserted {
                waitsSinceEndSent.becomeFree(at: now)
            } else {
                report.sentAgain += 1
            }
        case .hello, .heartbeat, .goodbye, .checkpointPiece, .checkpointRequest, .keyKept: break
        }
    }

    private mutating func count(_ message: CoordinatorMessage, in report: inout LoadReport) {
        switch message {
        case .welcome where !hasJoined:
            hasJoined = true
            report.joined += 1
            report.firstWelcome = report.firstWelcome ?? arrival.nanoseconds
            report.lastFirstWelcome = arrival.nanoseconds
        case .assignment(let key, _, from: _):
            guard attempts.insert(key).inserted else {
                report.assignedAgain += 1
                return
            }
            report.assignments += 1
            report.firstAssignment = report.firstAssignment ?? arrival.nanoseconds
        case .recordStored(let key, let epoch):
            guard let sentAt = recordsSentAt.removeValue(forKey: RecordKey(attempt: key, epoch: epoch)) else { return }
            report.recordsStored += 1
            report.recordStored.add(arrival - sentAt)
        case .endStored(let key):
            guard endsSent.remove(key) != nil else { return }
            attempts.remove(key)
            report.endsStored += 1
            report.lastEnd = arrival.nanoseconds
        case .welcome, .whoAreYou, .stop, .nameTaken, .refusal, .farewell, .heartbeatHeard, .nextKey: break
        case .checkpointWanted, .checkpointSettled, .checkpointPiece, .resumePoint: break
        }
    }
}
