import Experiment
import Foundation
import Scheduling

// The coordinator's shell: takes what arrived, stores the turn in one transaction, then sends.

extension Fleet {
    mutating func handleAtCoordinator(_ happening: Happening) throws(FleetViolation) {
        switch happening {
        case .coordinatorStarts: try startCoordinator()
        case .coordinatorTurn(incarnation): try turn()
        case .localWorkerIsGone(let worker, incarnation):
            hear(.workerVanished(worker))
            tell(keeper: .ended(worker))
        case .localWorkerIsTended(incarnation): if coordinator?.held == nil { tell(keeper: .timePassed) }
        case .coordinatorTick(incarnation):
            guard let tick = coordinator?.nextTick, tick <= now else { return }
            coordinator!.nextTick = nil
            hear(.timePassed)
        case .coordinatorTriesAgain(incarnation):
            guard let held = coordinator?.held else { return }
            coordinator!.held = nil
            try carryOut(held)
        case .stopIsInsistedOn(incarnation): hear(.stopInsisted)
        // One that waited for a frozen coordinator, and would hold up the sweep that shall end now.
        case .coordinatorLearns(.requestArrived(_, .pause)), .coordinatorLearns(.requestArrived(_, .drain)):
            if isFaulty, case .coordinatorLearns(let event) = happening { hear(event) }
        case .coordinatorLearns(let event), .coordinatorIsTold(incarnation, let event): hear(event)
        case .checkpointIsWritten(incarnation, let bytes, let label, let key): write(bytes, label, key)
        case .coordinatorHears(let event, let worker, let connection, let incarnation):
            let isCurrent = connection == workers[worker.rawValue].connection && incarnation == self.incarnation
            if !isCurrent, plan.hasStaleMessages { summary.count("message of an old connection") }
            if isCurrent || plan.hasStaleMessages { hear(event) }
        default: break
        }
    }

    private mutating func startCoordinator() throws(FleetViolation) {
        guard coordinator == nil else { return }
        incarnation += 1
        lastHeard = [:]
        let board: TaskBoard
        if case .draining = stage {
            board = TaskBoard(tasks: [], policy: plan.policy, now: now.instant(from: now))
        } else {
            board = TaskBoard(tasks: try restoredTasks(), policy: plan.policy, now: now.instant(from: now))
            model.noteKnown(disk.newest())
            disk.removeAll(except: board.storedCheckpoints)
        }
        coordinator = Coordinator(board: board, origin: now)
        tell("coordinator \(incarnation) starts")
        beginWithLocalWorker()
        hear(.timePassed)
    }

    /// What the journal and the disk say, which must be what the model says.
    private mutating func restoredTasks() throws(FleetViolation) -> [TaskBoard.RestoredTask] {
        var restored = try journal.open(disk.newest())
        try model.check(restored)
        model.noteRestart()
        if plan.bug == .attemptsForgottenAtRestart { for place in restored.indices { restored[place].attempts = [] } }
        if plan.bug == .checkpointsForgottenAtRestart {
            for place in restored.indices { restored[place].checkpoint = nil }
        }
        if plan.bug == .planNotStored, incarnation > 1 { restored.removeAll { $0.attempts.isEmpty } }
        return restored
    }

    /// What arrives within a few milliseconds is one turn, as at the real coordinator.
    mutating func hear(_ event: TaskBoard.Event) {
        guard coordinator != nil else { return }
        if coordinator!.inbox.isEmpty { planTurn() }
        coordinator!.inbox.append(event)
    }

    private mutating func planTurn() {
        agenda.enter(
            .coordinatorTurn(incarnation: incarnation), at: now + random.time(.milliseconds(0)...(.milliseconds(15))))
    }

    private mutating func turn() throws(FleetViolation) {
        guard var next = coordinator, next.held == nil else { return }
        let events = next.inbox
        next.inbox = []
        coordinator!.inbox = []
        var actions: [TaskBoard.Action] = []
        var isTimeUp = false
        for event in events {
            story?.note(event, at: now)
            if case .timePassed = event {
                isTimeUp = true
                continue
            }
            if case .stopRequested = event { next.isStopping = true }
            if let worker = event.sender {
                lastHeard[worker] = now
                tell(keeper: .spoke(worker))
            }
            actions += try handle(event, &next)
        }
        // Last, as in the real loop: who spoke in this turn is not lost in it.
        if isTimeUp { actions += try handle(.timePassed, &next) }
        try carryOut(Turn(events: events, actions: actions, next: next))
    }

    private mutating func handle(
        _ event: TaskBoard.Event, _ next: inout Coordinator
    ) throws(FleetViolation) -> [TaskBoard.Action] {
        let event = plantedBug(in: event, next)
        if plan.bug == .lateRecordDropped, case .recordArrived(let worker, let key, let record) = event,
            key.attempt != model.lastAttempt(of: key.task)
        {
            return [.sendRecordStored(worker, key, epoch: record.epoch)]
        }
        let instant =
            plan.bug == .wallClockLeases
            ? Instant(sinceOrigin: .milliseconds(now.milliseconds + wallClockOffset))
            : now.instant(from: next.origin)
        let actions = next.board.handle(event, at: instant)
        if let broken = next.board.firstBrokenInvariant() { throw FleetViolation(description: broken) }
        return actions
    }

    /// Stores the turn and sends what follows from it; under faults, with a kill at any place or a failing device.
    private mutating func carryOut(_ turn: Turn) throws(FleetViolation) {
        if plan.bug == .acknowledgesBeforeCommit { try send(turn.actions, of: turn) }
        let isKilled = isFaulty && random.chance(plan.killRate)
        if isKilled, random.chance(0.3) {
            summary.count("coordinator killed in a turn")
            return killCoordinator("before the commit")
        }
        if isFaulty, now < diskFullUntil || random.chance(plan.commitFailureRate) {
            summary.count(now < diskFullUntil ? "commit on a full disk" : "commit failed")
            tell("a transaction fails")
            if plan.bug != .takesFailedWriteForSuccess { return hold(turn) }
            install(turn.next)
        } else {
            try commit(turn)
        }
        guard isKilled else { return plan.bug == .acknowledgesBeforeCommit ? () : try send(turn.actions, of: turn) }
        summary.count("coordinator killed in a turn")
        let sentCount = random.integer(0...turn.actions.count)
        try send(Array(turn.actions.prefix(sentCount)), of: turn, isWhole: false)
        killCoordinator("after \(sentCount) of \(turn.actions.count) actions")
    }

    /// Nothing of the turn leaves before it is stored. The device may have stored it though it said that it had not.
    private mutating func hold(_ turn: Turn) {
        coordinator!.held = turn
        agenda.enter(.coordinatorTriesAgain(incarnation: incarnation), at: now + .milliseconds(500))
    }

    private mutating func commit(_ turn: Turn) throws(FleetViolation) {
        if let told = story {
            story = turn.actions.reduce(into: told) { $0.note($1, at: now) }
        }
        if !isDraining { try store(turn) }
        install(turn.next)
    }

    /// One transaction of the real journal, and of the model.
    mutating func store(_ turn: Turn) throws(FleetViolation) {
        let durable = plantedBug(inTransaction: turn.actions.filter(\.isDurable))
        let date = Date(timeIntervalSince1970: Double(now.milliseconds + wallClockOffset) / 1000)
        try journal.commit(durable, at: date)
        try model.commit(durable, answering: turn.events)
        for case .compareRecord(let key, let record) in durable {
            guard try journal.record(of: key.task, epoch: record.epoch) != record else { continue }
            try journal.storeDifference(record, by: key, at: date)
        }
    }

    private mutating func install(_ next: Coordinator) {
        let arrived = coordinator?.inbox ?? []
        coordinator = next
        coordinator!.inbox = arrived
        if !arrived.isEmpty { planTurn() }
        guard let deadline = next.board.nextDeadline else { return }
        let pause = VirtualTime.milliseconds(plan.bug == .wallClockLeases ? 500 : 1)
        let tick = max(VirtualTime(deadline, from: next.origin), now + pause)
        // One that came while the turn was held is over.
        if let planned = next.nextTick, planned > now, planned <= tick { return }
        coordinator!.nextTick = tick
        agenda.enter(.coordinatorTick(incarnation: incarnation), at: tick)
    }

    // MARK: What leaves

    private mutating func send(
        _ actions: [TaskBoard.Action], of turn: Turn, isWhole: Bool = true
    ) throws(FleetViolation) {
        try noteGrantedRequests(of: turn)
        for action in actions {
            if !isDraining { try check(action, of: turn) }
            perform(action)
            guard plan.bug == .checkpointSettledBeforeSaved, case .keepCheckpointPiece(let key, let piece) = action,
                let worker = turn.next.board.owner(of: key)
            else { continue }
            let answer = TaskBoard.Action.sendCheckpointSettled(worker, key, epoch: piece.label.epoch)
            if !isDraining { try check(answer, of: turn) }
            perform(answer)
        }
        // The turn that announces the end is carried out to its own end first.
        guard isWhole, !isDraining else { return }
        for case .end(let ending) in actions { return try end(ending) }
    }

    /// A transaction that failed without anybody noticing is found when something is made of it.
    private mutating func noteGrantedRequests(of turn: Turn) throws(FleetViolation) {
        guard !isDraining else { return }
        for case .sendAnswer(let id, .done(let count)) in turn.actions {
            for case .requestArrived(id, let request) in turn.events {
                try model.noteGranted(request, count: count, in: turn.actions)
            }
        }
    }

    private func check(_ action: TaskBoard.Action, of turn: Turn) throws(FleetViolation) {
        try model.check(action, of: turn.actions, isStopping: turn.next.isStopping)
        if case .sendCheckpointSettled(_, let key, let epoch) = action {
            return try model.checkSettled(key, epoch: epoch, answering: turn.events)
        }
        guard case .noteLost(let worker, _) = action else { return }
        let isKnownDead = turn.events.contains {
            guard case .workerVanished(worker) = $0 else { return false }
            return true
        }
        let heard = lastHeard[worker] ?? turn.next.origin
        guard isKnownDead || now.instant(from: heard).sinceOrigin >= plan.policy.lease else {
            let silence = now.milliseconds - heard.milliseconds
            throw FleetViolation(description: "\(worker) is lost, and was heard of \(silence) ms ago")
        }
    }

    private mutating func perform(_ action: TaskBoard.Action) {
        switch action {
        case .sendWelcome(let worker):
            let interval = plan.policy.checkpointInterval
            send(.welcome(heartbeat: plan.policy.heartbeat, checkpointInterval: interval), to: worker)
        case .sendWhoAreYou(let worker): send(.whoAreYou, to: worker)
        case .sendHeartbeatHeard(let worker, let number):
            if plan.bug != .heartbeatNotAnswered { send(.heartbeatHeard(number: number), to: worker) }
        case .sendAssignment(let worker, let key, let task, let label):
            send(.assignment(key, task, from: label), to: worker)
        case .sendRecordStored(let worker, let key, let epoch): send(.recordStored(key, epoch: epoch), to: worker)
        case .sendEndStored(let worker, let key): send(.endStored(key), to: worker)
        case .sendStop(let worker, let key): send(.stop(key), to: worker)
        case .sendCheckpointWanted(let worker, let key, let epoch, let offset):
            send(.checkpointWanted(key, epoch: epoch, offset: offset), to: worker)
        case .sendCheckpointSettled(let worker, let key, let epoch):
            send(.checkpointSettled(key, epoch: epoch), to: worker)
        case .sendResumePoint(let worker, let key, let label): send(.resumePoint(key, label), to: worker)
        case .sendCheckpointPiece(let worker, let key, let label, let offset, let limit):
            if let piece = disk.read(label, of: key.task, at: offset, limit: limit ?? FleetWorker.pieceBytes) {
                send(.checkpointPiece(key, piece), to: worker)
            } else {
                hear(.checkpointUnreadable(key.task, label))
            }
        case .keepCheckpointPiece(let key, let piece): keep(piece, of: key)
        case .dropCheckpointPieces(let key): disk.dropPieces(of: key)
        case .deleteCheckpoint(let task, let label):
            disk.remove(label, of: task)
            model.noteDeleted(label, of: task)
        default: break
        }
    }

    private mutating func send(_ order: WorkerSession.Order, to worker: WorkerID) {
        let index = index(of: worker)
        let link = FleetNetwork.Link(worker: index, direction: .toWorker)
        summary.fold(index.rawValue)
        for arrival in network.arrivals(on: link, at: now, using: &random) {
            let connection = workers[index.rawValue].connection
            agenda.enter(.workerHears(order, index, connection: connection), at: arrival)
        }
    }

    /// Names are w0, w1, … in the order of `workers`.
    func index(of worker: WorkerID) -> FleetWorker.Index {
        FleetWorker.Index(rawValue: Int(worker.rawValue.dropFirst())!)
    }

    private mutating func end(_ ending: TaskBoard.Ending) throws(FleetViolation) {
        for worker in workers where worker.isAlive { send(.farewell, to: worker.id) }
        if ending == .finished {
            try model.checkEnd(try journal.records(), disagreements: try journal.disagreementCount())
            drain()
        }
        dismissLocalWorker()
        killCoordinator("at its end: \(ending)")
    }

    // MARK: Checkpoints

    /// With the last piece the file is written, on a thread of its own: the coordinator may die before and after.
    private mutating func keep(_ piece: CheckpointPiece, of key: AttemptKey) {
        if plan.bug == .checkpointDeletedTooEarly, let older = disk.newest()[key.task] {
            disk.remove(older, of: key.task)
        }
        guard let bytes = disk.add(piece, of: key) else { return }
        agenda.enter(
            .checkpointIsWritten(incarnation: incarnation, bytes, piece.label, key),
            at: now + random.time(.milliseconds(1)...(.milliseconds(200))))
    }

    private mutating func write(_ bytes: [UInt8], _ label: CheckpointLabel, _ key: AttemptKey) {
        guard coordinator != nil else { return }
        let report: TaskBoard.Event
        if isFaulty, now < diskFullUntil || random.chance(plan.commitFailureRate) {
            summary.count("checkpoint not saved")
            report = .checkpointNotSaved(key, label)
        } else if ContentDigest(of: bytes) != label.digest {
            report = .checkpointNotSaved(key, label)
        } else {
            disk.store(bytes, as: label, of: key.task)
            summary.checkpointCount += 1
            report = .checkpointSaved(key, label)
        }
        agenda.enter(
            .coordinatorIsTold(incarnation: incarnation, report),
            at: now + random.time(.milliseconds(0)...(.milliseconds(50))))
    }
}
