import DurableFiles
import Experiment
import HostSystem
import Logging
import Messages
import Scheduling
import Transport
import Wire

// The shell does its own part of what arrives, and hands the core's part on in the core's words.

extension CoordinatorLoop {
    typealias CoreEvent = CoordinatorCore<RouterConnection>.Event

    /// Does the shell's own part of an event: it logs, tells people, and answers or keeps what the core does not know.
    ///
    /// - Returns: the core's part; `nil` where the core has nothing to decide.
    func handle(_ event: CoordinatorEvent) -> CoreEvent? {
        switch event {
        case .router(let event): return handle(event)
        case .enrolment(let report):
            announce(report)
            return nil
        case .localWorkerEnded(let worker):
            parts.log.info("the local worker ended", metadata: ["worker": "\(worker)"])
            localWorker.forgetProcess()
            return .occurred(.workerVanished(worker))
        case .tablesFailed(let reason):
            parts.log.error("the tables cannot be written", metadata: ["why": "\(reason)"])
            parts.observer.tell(.tablesFailed(reason))
            return nil
        case .tablesWorkAgain:
            parts.log.info("the tables are written again")
            parts.observer.tell(.tablesWorkAgain)
            return nil
        case .checkpoint(.saved(let key, let label)): return .occurred(.checkpointSaved(key, label))
        case .checkpoint(.failed(let key, let label, let fault)):
            parts.log.warning("a checkpoint was not saved", metadata: ["task": "\(key.task)", "why": "\(fault)"])
            parts.observer.tell(.checkpointsFailed(SystemReason.text(fault.code)))
            return .occurred(.checkpointNotSaved(key, label))
        case .checkpoint(.forged(let key, let label)): return .occurred(.checkpointForged(key, label))
        case .checkpointUnreadable(let task, let label): return .occurred(.checkpointUnreadable(task, label))
        case .requested(let request):
            return request.take() ? .occurred(.requestArrived(number(request), request.request)) : nil
        case .stopRequested:
            if core.stopRequestedAt == nil { parts.observer.tell(.stopping) }
            return .occurred(.stopRequested)
        case .stopInsisted:
            isStopInsisted = true
            return .occurred(.stopInsisted)
        }
    }

    private func number(_ request: ControlRequest) -> RequestID {
        requestCount += 1
        let id = RequestID(rawValue: requestCount)
        requests[id] = request
        return id
    }

    private func handle(_ event: RouterEvent) -> CoreEvent? {
        switch event {
        case .message(let peer, let key, let bytes):
            let connection = RouterConnection(peer: peer, label: key)
            do {
                let envelope = try WorkerEnvelope(decoding: bytes)
                return .messageArrived(envelope.message, from: envelope.worker, over: connection)
            } catch {
                if error.code == .malformed, answerEnrolment(in: bytes, of: peer) { return nil }
                if let unreported = unreportedLines(of: connection.key) {
                    parts.log.warning(
                        "a message was refused",
                        metadata: ["key": "\(key)", "why": "\(error)", "unreported": "\(unreported)"])
                }
                guard error.code == .version else { return nil }
                return .strangerSpoke(reason: error.description, over: connection)
            }
        case .enrolment(let call):
            receive(call)
            return nil
        case .keyEnded(let key, let name):
            announceEnd(of: key, named: name)
            return .occurred(.keyEnded(WorkerKey(of: key)))
        case .cutOff(let peer, let key, let reason):
            announceCut(of: peer, named: key, because: reason)
            return nil
        case .undeliverable(let peer, let reason):
            // Nothing else to do: what a worker misses, its next heartbeat shows.
            parts.log.debug("a message could not be delivered", metadata: ["peer": "\(peer)", "why": "\(reason)"])
            return nil
        case .handshakeRefused(let refusal):
            parts.log.warning(
                "somebody was kept out", metadata: ["why": "\(refusal.reason)", "from": "\(refusal.address)"])
            return nil
        }
    }
}
