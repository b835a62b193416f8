import Experiment
import Messages
import Status

/// A turn while its events are taken.
struct TurnDraft<Connection: WorkerConnection>: Sendable {
    var actions: [TaskBoard.Action] = []
    /// Facts that no decision of the board depends on.
    var facts: [StoredFact] = []
    var localWorker: [LocalWorkerKeeper.Action] = []
    var refusals: [Delivery<Connection>] = []
    /// What the key store says; `nil` where it was not read.
    var keys: StoredKeys?
    var keySteps: [Delivery<Connection>] = []
    /// The requests of this turn: the board answers each at once.
    var requests: [RequestID: SweepRequest] = [:]

    /// Whether records are compared in it.
    var compares: Bool {
        actions.contains { if case .compareRecord = $0 { true } else { false } }
    }

    func turn(_ peers: PeerTable<Connection>) -> Turn<Connection> {
        var comparisons: [RecordComparison] = []
        var ending: SweepEnding?
        for action in actions {
            switch action {
            case .compareRecord(let key, let record, let isAnothers):
                comparisons.append(RecordComparison(record, of: key, isAnothers: isAnothers))
            case .end(let announced): ending = announced
            default: break
            }
        }
        let deliveries = Deliveries(
            steps: refusals + actions.compactMap { delivery(of: $0, peers) } + keySteps
                + (ending == nil ? [] : peers.farewells),
            localWorker: ending == nil ? localWorker : [], actions: actions,
            joinedWorkers: facts.compactMap(\.joinedWorker), ending: ending)
        return Turn(
            facts: facts + actions.compactMap { $0.fact.map { .task($0) } }, comparisons: comparisons,
            deliveries: deliveries)
    }

    /// The delivery that follows from an action; `nil` where nothing leaves. A worker that has not spoken yet is told
    /// what it shall do when its first heartbeat lacks it.
    private func delivery(of action: TaskBoard.Action, _ peers: PeerTable<Connection>) -> Delivery<Connection>? {
        switch action {
        case .changeFiles(let step): return .changeFiles(step)
        case .sendAnswer(let id, let answer): return .answer(id, answer, to: requests[id]!)
        case .sendCheckpointPiece(let worker, let key, let label, let offset, let limit):
            return peers.connection(of: worker).map {
                .sendCheckpointPiece(key, label, offset: offset, limit: limit, to: $0)
            }
        case .send(let message, let worker):
            return peers.connection(of: worker).map { .send(message, to: $0) }
        case .store, .compareRecord, .reportRejected, .reportLost, .reportQuarantined, .reportForgedCheckpoint,
            .reportLiar, .end:
            return nil
        }
    }
}

extension StoredFact {
    fileprivate var joinedWorker: JoinedWorker? {
        guard case .workerSeen(let worker) = self else { return nil }
        return worker
    }
}
