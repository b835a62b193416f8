import Experiment
import Messages
import Scheduling

// The wiring does something wrong where a bug is planted.

extension Fleet {
    /// Changes an event as a shell with the bug would; `nil` where the shell loses the event.
    func plantedBug(in event: FleetCoordinator.Core.Event) -> FleetCoordinator.Core.Event? {
        switch event {
        case .messageArrived(let message, let worker, let connection):
            plantedBug(in: message, from: worker, over: connection) ?? event
        case .strangerSpoke(_, let connection) where plan.bug == .strangerTakenForWorker:
            .messageArrived(
                .heartbeat(running: []), from: workers[connection.worker.rawValue].id, over: connection)
        case .occurred(.keyEnded) where plan.bug == .revocationNotTold: nil
        case .occurred(.checkpointForged(let key, let label)) where plan.bug == .forgeryTakenForFault:
            .occurred(.checkpointNotSaved(key, label))
        case .strangerSpoke, .occurred, .keysRead: event
        }
    }

    /// `nil` where the bug does not touch the message.
    private func plantedBug(
        in message: WorkerMessage, from worker: WorkerID, over connection: FleetConnection
    ) -> FleetCoordinator.Core.Event? {
        switch (plan.bug, message) {
        case (.nameTakenByAnotherKey, _) where connection.isIntruder:
            let key = workers[connection.worker.rawValue].key
            let mistaken = FleetConnection(connection.worker, number: connection.number, key: key, isIntruder: true)
            return .messageArrived(message, from: worker, over: mistaken)
        case (.oneKeyCountedAsTwo, _) where !connection.isIntruder && workers[connection.worker.rawValue].isLiar:
            let key = WorkerKey(ofPublicKey: worker.rawValue.utf8)
            let mistaken = FleetConnection(connection.worker, number: connection.number, key: key)
            return .messageArrived(message, from: worker, over: mistaken)
        case (.attemptNumberIgnored, .ended(let key, let end, _)):
            guard let last = model.lastAttempt(of: key.task) else { return nil }
            let current = AttemptKey(task: key.task, attempt: last)
            let owner = coordinator!.core.board.owner(of: current) ?? workers[0].id
            return .messageArrived(.ended(current, end), from: owner, over: self.connection(of: index(of: owner)))
        case (.failuresNotCounted, .ended(let key, let end, _)) where end.outcome != .completed:
            let end = AttemptEnd(outcome: .preempted, reason: end.reason, seconds: end.seconds)
            return .messageArrived(.ended(key, end), from: worker, over: connection)
        case (.impossibleRecordForgiven, .record(let key, let record)) where model.isImpossible(record, of: key):
            let end = AttemptEnd(outcome: .preempted, reason: "", seconds: 1)
            return .messageArrived(.ended(key, end), from: worker, over: connection)
        case (.impossibleRecordBlamed, .record(let key, let record)) where model.isImpossible(record, of: key):
            let end = AttemptEnd(outcome: .error, reason: "", seconds: 1)
            return .messageArrived(.ended(key, end), from: worker, over: connection)
        default: return nil
        }
    }

    /// What a shell with the bug says of events that `taken` has left.
    func isMoreWaiting(after taken: [FleetCoordinator.Core.Event]) -> Bool {
        switch plan.bug {
        case .moreWaitingIgnored: false
        case .moreWaitingCounted: taken.count >= plan.inboxCapacity
        default: !coordinator!.inbox.isEmpty
        }
    }

    /// What a shell with the bug makes of that which is stored.
    func plantedBug(in stored: StoredSweep) -> StoredSweep {
        var stored = stored
        switch plan.bug {
        case .attemptsForgottenAtRestart:
            for place in stored.tasks.indices {
                stored.tasks[place].history.attempts = []
                stored.tasks[place].history.authors = []
            }
        case .checkpointsForgottenAtRestart:
            for place in stored.tasks.indices { stored.tasks[place].checkpoint = nil }
        case .planNotStored where incarnation > 1: stored.tasks.removeAll { $0.history.attempts.isEmpty }
        case .namesForgottenAtRestart: stored.keys = [:]
        case .revokedNameFreed: stored.keys = stored.keys.filter { !revokedKeys.contains($0.value) }
        case .localWorkersForgottenAtRestart: stored.workers = []
        case .pastWorkersForgottenAtRestart: stored.workers = stored.workers.filter(\.isLocal)
        case .judgementsForgottenAtRestart: stored.judgements = []
        default: break
        }
        return stored
    }

    /// The facts of a turn that a shell with the bug stores.
    func plantedBug(inTransaction facts: [StoredFact], answering events: [TaskBoard.Event]) -> [StoredFact] {
        var facts = facts.filter { fact in
            switch (plan.bug, fact) {
            case (.assignsBeforeStoring, .task(.attemptStarted)),
                (.reopeningNotStored, .task(.attemptReopened)), (.replacementNotStored, .task(.recordsReplaced)):
                false
            default: !isLeftOut(fact)
            }
        }
        facts = facts.flatMap { [$0] + (plantedBug(behind: $0, in: facts).map { [$0] } ?? []) }
        guard plan.bug == .impossibleRecordStored else { return facts }
        for case .received(.record(let key, let record), from: let worker) in events
        where model.isImpossible(record, of: key) && model.attempt(key)?.worker == worker {
            facts.append(.task(.recordCommitted(key, record)))
        }
        return facts
    }
}
