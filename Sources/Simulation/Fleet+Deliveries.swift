import Experiment
import Messages
import Scheduling
import Status

// A simulated coordinator delivers, and everything that leaves it is checked.

extension Fleet {
    /// - Parameter stepCount: so many steps are carried out before the coordinator dies; `nil` where it lives.
    mutating func deliver(
        _ deliveries: Deliveries<FleetConnection>, of turn: FleetTurn, stepCount: Int? = nil
    ) throws(FleetViolation) {
        story = deliveries.actions.reduce(into: story) { if $1.fact == nil { $0?.add($1, at: now) } }
        if !isDraining {
            if plan.bug != .answersBeforeStoring { try checkAnswers(in: deliveries, of: turn) }
            try checkLosses(in: deliveries, of: turn)
        }
        try checkRefusals(in: deliveries, of: turn)
        try checkKills(in: deliveries, of: turn)
        for step in deliveries.steps.prefix(stepCount ?? .max) {
            try check(step, in: deliveries, of: turn)
            carryOut(step)
            guard plan.bug == .checkpointSettledBeforeSaved, case .changeFiles(.keep(let piece, of: let key)) = step
            else { continue }
            try settleTooEarly(piece, of: key, in: deliveries, of: turn)
        }
        guard stepCount == nil else { return }
        tendLocalWorker(deliveries.localWorker)
        // The turn that announces the end is carried out to its own end first.
        guard !isDraining, let ending = deliveries.ending else { return }
        try model.check(ending, isStopping: coordinator!.isStopping)
        try end(ending)
    }

    private mutating func carryOut(_ step: Delivery<FleetConnection>) {
        switch step {
        case .send(.heartbeatHeard, _) where plan.bug == .heartbeatNotAnswered: break
        case .send(.nameTaken(let name), let connection) where plan.bug == .nameTakenToldToOwner:
            let owner = index(of: workers[connection.worker.rawValue].id)
            send(.nameTaken(useInstead: name), to: self.connection(of: owner))
        case .send(let message, let connection): send(message, to: connection)
        case .sendCheckpointPiece(let key, let label, let offset, let limit, let connection):
            if let piece = disk.read(label, of: key.task, at: offset, limit: limit ?? FleetWorker.pieceBytes) {
                send(.checkpointPiece(key, piece), to: connection)
            } else {
                hear(.occurred(.checkpointUnreadable(key.task, label)))
            }
        case .answer: break
        case .changeFiles(.keep(let piece, of: let key)): keep(piece, of: key)
        case .changeFiles(.dropPieces(of: let key)): disk.dropPieces(of: key)
        case .changeFiles(.delete(let label, of: let task)):
            disk.remove(label, of: task)
            model.recordDeletion(of: label, of: task)
        case .changeKey(let step): carryOut(step)
        }
    }

    mutating func send(_ message: CoordinatorMessage, to connection: FleetConnection) {
        guard !connection.isIntruder else { return }
        let link = FleetNetwork.Link(worker: connection.worker, direction: .toWorker)
        summary.fold(connection.worker.rawValue)
        for arrival in network.arrivals(on: link, at: now, using: &random) {
            agenda.enter(.workerHears(message, connection.worker, connection: connection.number), at: arrival)
        }
    }

    private mutating func end(_ ending: SweepEnding) throws(FleetViolation) {
        if ending == .finished {
            let open = coordinator!.core.board.openDisputes
            if plan.liar != nil {
                for _ in open { summary.count("dispute left open") }
                for _ in model.named { summary.count("liar named") }
            }
            let disagreements = try journal.state().disagreementCount
            try model.checkEnd(
                try journal.records(), disagreements: disagreements, open: open, isStopping: coordinator!.isStopping)
            try checkBoardAgainstJournal()
            drain()
        }
        dismissLocalWorker()
        killCoordinator("at its end: \(ending)")
    }

    // MARK: Checks

    private func check(
        _ step: Delivery<FleetConnection>, in deliveries: Deliveries<FleetConnection>, of turn: FleetTurn
    ) throws(FleetViolation) {
        if case .send(.nextKey(let key, _), let connection) = step { try checkTold(key, over: connection) }
        guard !isDraining, case .send(let message, let connection) = step else { return }
        let process = workers[connection.worker.rawValue]
        let worker = process.formerNames.last { deliveries.actions.contains(.send(message, to: $0)) } ?? process.id
        try model.check(message, to: worker, of: deliveries.actions, isStopping: coordinator!.isStopping)
        guard case .checkpointSettled(let key, let epoch) = message else { return }
        try model.checkSettled(key, epoch: epoch, answering: turn.events)
    }

    /// A transaction that failed without anybody noticing is found when something is made of it.
    mutating func checkAnswers(
        in deliveries: Deliveries<FleetConnection>, of turn: FleetTurn
    ) throws(FleetViolation) {
        guard !isDraining else { return }
        for case .answer(_, .done(let count), let request) in deliveries.steps {
            try model.recordGrant(of: request, count: count, in: deliveries.actions)
        }
    }

    /// Nobody who lives is taken for lost before its time, unless its key is worth nothing any more.
    private func checkLosses(
        in deliveries: Deliveries<FleetConnection>, of turn: FleetTurn
    ) throws(FleetViolation) {
        for case .reportLost(let worker, _) in deliveries.actions {
            let heard = lastHeard[worker] ?? coordinator!.origin
            let isSilent = now.instant(from: heard).sinceOrigin >= plan.policy.lease
            let process = workers[index(of: worker).rawValue]
            guard isSilent || !process.isAlive || revokedKeys.contains(process.key) else {
                let silence = now.milliseconds - heard.milliseconds
                throw FleetViolation(description: "\(worker) is lost, lives, and was heard of \(silence) ms ago")
            }
        }
    }

    /// A worker of this host is not killed for its silence while a word of it waits to be taken.
    private func checkKills(
        in deliveries: Deliveries<FleetConnection>, of turn: FleetTurn
    ) throws(FleetViolation) {
        for case .kill(let worker) in deliveries.localWorker where turn.waitingWorkers.contains(worker) {
            throw FleetViolation(description: "\(worker) is killed, and a message of it waits")
        }
    }

    /// Who speaks in a name that is another key's is told to take another one each time, somebody of another version
    /// that it cannot take part, and nobody else is told either.
    private func checkRefusals(
        in deliveries: Deliveries<FleetConnection>, of turn: FleetTurn
    ) throws(FleetViolation) {
        var refused: [FleetConnection] = [], strangerCount = 0
        for case .send(let message, let connection) in deliveries.steps {
            switch message {
            case .nameTaken: refused.append(connection)
            case .refusal where connection.isIntruder: strangerCount += 1
            case .refusal:
                let worker = workers[connection.worker.rawValue].id
                throw FleetViolation(description: "\(worker) is refused: \(message)")
            default: break
            }
        }
        guard refused == turn.claims else {
            let text = "\(turn.claims.count) times somebody spoke in another's name, and \(refused.count) were told"
            throw FleetViolation(description: text)
        }
        guard strangerCount == turn.strangerCount else {
            throw FleetViolation(description: "somebody of another version spoke, and was not refused")
        }
    }
}
