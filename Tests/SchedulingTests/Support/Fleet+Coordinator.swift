import Experiment
import Scheduling

// The coordinator's shell: takes what arrived, stores the turn in one transaction, then sends.

extension Fleet {
    mutating func handleAtCoordinator(_ happening: Happening) throws(FleetViolation) {
        switch happening {
        case .coordinatorStarts: startCoordinator()
        case .coordinatorTurn(incarnation): try turn()
        case .coordinatorTick(incarnation):
            guard let tick = coordinator?.nextTick, tick <= now else { return }
            coordinator!.nextTick = nil
            hear(.timePassed)
        case .stopDeadline(incarnation): hear(.stopDeadlinePassed)
        case .coordinatorLearns(let event): hear(event)
        case .coordinatorHears(let event, let worker, let connection, let incarnation):
            let isCurrent = connection == workers[worker.rawValue].connection && incarnation == self.incarnation
            if isCurrent || plan.hasStaleMessages { hear(event) }
        default: break
        }
    }

    private mutating func startCoordinator() {
        guard coordinator == nil else { return }
        incarnation += 1
        let board: TaskBoard
        if case .draining = stage {
            board = TaskBoard(tasks: [], policy: plan.policy, now: now.instant(from: now))
        } else {
            board = TaskBoard(tasks: model.restore(), policy: plan.policy, now: now.instant(from: now))
        }
        coordinator = Coordinator(board: board, origin: now)
        tell("coordinator \(incarnation) starts")
        hear(.timePassed)
    }

    /// What arrives within a few milliseconds is one turn, as at the real coordinator.
    private mutating func hear(_ event: TaskBoard.Event) {
        guard coordinator != nil else { return }
        if coordinator!.inbox.isEmpty {
            agenda.enter(
                .coordinatorTurn(incarnation: incarnation),
                at: now + random.time(.milliseconds(0)...(.milliseconds(15))))
        }
        coordinator!.inbox.append(event)
    }

    private mutating func turn() throws(FleetViolation) {
        guard var next = coordinator else { return }
        let events = next.inbox
        next.inbox = []
        var actions: [TaskBoard.Action] = []
        for event in events {
            story?.note(event, at: now)
            if case .stopRequested = event { next.isStopping = true }
            actions += next.board.handle(event, at: now.instant(from: next.origin))
            if let broken = next.board.firstBrokenInvariant() { throw FleetViolation(description: broken) }
        }
        guard isFaulty else {
            try commit(actions, answering: events, next)
            try send(actions)
            return
        }
        try turnUnderFaults(actions, events, next)
    }

    /// The same, with a kill at any place, or a transaction that fails.
    private mutating func turnUnderFaults(
        _ actions: [TaskBoard.Action], _ events: [TaskBoard.Event], _ next: Coordinator
    ) throws(FleetViolation) {
        let isKilled = random.chance(plan.killRate)
        if isKilled, random.chance(0.3) {
            killCoordinator("before the commit")
            return
        }
        if random.chance(plan.commitFailureRate) {
            tell("a transaction fails")
            coordinator?.inbox = []
            return
        }
        try commit(actions, answering: events, next)
        guard isKilled else {
            try send(actions)
            return
        }
        let sentCount = random.integer(0...actions.count)
        try send(actions, count: sentCount)
        killCoordinator("after \(sentCount) of \(actions.count) actions")
    }

    private mutating func commit(
        _ actions: [TaskBoard.Action], answering events: [TaskBoard.Event], _ next: Coordinator
    ) throws(FleetViolation) {
        if let told = story {
            story = actions.reduce(into: told) { $0.note($1, at: now) }
        }
        if !isDraining { try model.commit(actions.filter(\.isDurable), answering: events) }
        coordinator = next
        guard let deadline = next.board.nextDeadline else { return }
        let tick = max(VirtualTime(deadline, from: next.origin), now + .milliseconds(1))
        guard next.nextTick.map({ tick < $0 }) ?? true else { return }
        coordinator!.nextTick = tick
        agenda.enter(.coordinatorTick(incarnation: incarnation), at: tick)
    }

    private mutating func send(_ actions: [TaskBoard.Action], count: Int? = nil) throws(FleetViolation) {
        for action in actions.prefix(count ?? actions.count) {
            if !isDraining {
                try model.check(action, of: actions, isStopping: coordinator?.isStopping ?? true)
            }
            switch action {
            case .sendWelcome(let worker): send(.welcome(heartbeat: plan.policy.heartbeat), to: worker)
            case .sendWhoAreYou(let worker): send(.whoAreYou, to: worker)
            case .sendAssignment(let worker, let key, let task): send(.assignment(key, task), to: worker)
            case .sendRecordStored(let worker, let key, let epoch): send(.recordStored(key, epoch: epoch), to: worker)
            case .sendEndStored(let worker, let key): send(.endStored(key), to: worker)
            case .sendStop(let worker, let key): send(.stop(key), to: worker)
            default: break
            }
        }
        // The turn that announces the end is carried out to its own end first.
        guard count == nil, !isDraining else { return }
        for case .end(let ending) in actions {
            end(ending)
            return
        }
    }

    private mutating func send(_ order: WorkerSession.Order, to worker: WorkerID) {
        // Names are w0, w1, … in the order of `workers`.
        let index = FleetWorker.Index(rawValue: Int(worker.rawValue.dropFirst())!)
        let link = FleetNetwork.Link(worker: index, direction: .toWorker)
        summary.fold(index.rawValue)
        for arrival in network.arrivals(on: link, at: now, using: &random) {
            let connection = workers[index.rawValue].connection
            agenda.enter(.workerHears(order, index, connection: connection), at: arrival)
        }
    }

    private mutating func end(_ ending: TaskBoard.Ending) {
        for worker in workers where worker.isAlive { send(.farewell, to: worker.id) }
        if ending == .finished { drain() }
        killCoordinator("at its end: \(ending)")
    }

    /// A process that is gone; its successor starts a while later.
    mutating func killCoordinator(_ place: String) {
        guard coordinator != nil else { return }
        tell("coordinator \(incarnation) dies \(place)")
        coordinator = nil
        frozenUntil = now
        summary.restartCount += 1
        for index in workers.indices where !plan.hasStaleMessages || random.chance(0.7) {
            disconnect(FleetWorker.Index(rawValue: index))
        }
        if canLoseJournal, !isDraining, random.chance(0.3) {
            canLoseJournal = false
            tell("the next coordinator has an empty journal")
            model = FleetModel(tasks: plan.tasks, failuresOfTask: plan.policy.failuresOfTask)
        }
        agenda.enter(.coordinatorStarts, at: now + random.time(.milliseconds(100)...(.seconds(isFaulty ? 30 : 2))))
    }
}
