import Experiment
import Journal
import Messages
import Scheduling
import Wire

// The shell carries out the deliveries of a turn that is stored.

extension CoordinatorLoop {
    func carryOut(_ step: Delivery<RouterConnection>) {
        switch step {
        case .send(let message, let connection):
            if case .refusal(let reason) = message, let unreported = unreportedLines(of: connection.key) {
                parts.log.warning(
                    "a worker was refused",
                    metadata: ["key": "\(connection.label)", "why": "\(reason)", "unreported": "\(unreported)"])
            }
            send(message, to: connection)
        case .sendCheckpointPiece(let key, let label, let offset, let limit, let connection):
            sendPiece(of: label, from: offset, limit: limit ?? Limits.pieceBytes, key, to: connection)
        case .answer(let id, let answer, let request): reply(answer, to: request, id)
        case .changeFiles(let step): checkpoints.carryOut(step)
        case .changeKey(let step): carryOut(step)
        }
    }

    func send(_ message: CoordinatorMessage, to connection: RouterConnection) {
        parts.router.send(message.encoded(), to: connection.peer)
    }

    private func reply(_ answer: SweepAnswer, to request: SweepRequest, _ id: RequestID) {
        requests.removeValue(forKey: id)!.answer.put(answer)
        parts.log.notice("a request", metadata: ["for": "\(request)", "answer": "\(answer)"])
        if case .done(let count) = answer, count > 0 { parts.observer.tell(.requestGranted(request, count: count)) }
    }

    private func sendPiece(
        of label: CheckpointLabel, from offset: Int, limit: Int, _ key: AttemptKey, to connection: RouterConnection
    ) {
        do {
            let piece = try checkpointFiles.read(label, of: key.task, at: offset, limit: limit)
            send(.checkpointPiece(key, piece), to: connection)
        } catch {
            parts.log.warning("a checkpoint cannot be read", metadata: ["task": "\(key.task)", "why": "\(error)"])
            guard error.meansCheckpointIsLost else { return }
            parts.inbox.put(.checkpointUnreadable(key.task, label))
        }
    }
}
