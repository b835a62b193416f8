import Experiment
import Messages
import Scheduling
import Status

// The coordinator's shell: starts with what is stored, hears what arrives, and has a turn soon after.

extension Fleet {
    mutating func handleAtCoordinator(_ happening: Happening) throws(FleetViolation) {
        switch happening {
        case .coordinatorStarts: try startCoordinator()
        case .coordinatorTurn(incarnation): try turn()
        case .localWorkerIsGone(let worker, incarnation): hear(.occurred(.workerVanished(worker)))
        case .coordinatorTick(incarnation):
            guard let tick = coordinator?.nextTick, tick <= now else { return }
            coordinator!.nextTick = nil
            planTurn()
        case .coordinatorTriesAgain(incarnation):
            guard let held = coordinator?.held else { return }
            coordinator!.held = nil
            try carryOut(held)
        case .stopIsInsistedOn(incarnation): hear(.occurred(.stopInsisted))
        // A request that waited for a frozen coordinator would hold up the sweep that shall end now.
        case .coordinatorLearns(.requestArrived(_, .pause)), .coordinatorLearns(.requestArrived(_, .drain)):
            if isFaulty, case .coordinatorLearns(let event) = happening { hear(.occurred(event)) }
        case .coordinatorLearns(let event), .coordinatorIsTold(incarnation, let event): hear(.occurred(event))
        case .coordinatorFreezes(incarnation):
            if isFaulty { freezeCoordinator(for: .seconds(10)...(.seconds(40))) }
        case .strangerSpeaks(let connection, incarnation):
            hear(.strangerSpoke(reason: "another version", over: connection))
        case .coordinatorLooksAtKeys(incarnation): lookAtKeys()
        case .checkpointIsWritten(incarnation, let bytes, let label, let key): write(bytes, label, key)
        case .coordinatorHears(let message, let worker, let connection, let incarnation):
            hear(message, from: worker, over: connection, since: incarnation)
        default: break
        }
    }

    private mutating func startCoordinator() throws(FleetViolation) {
        guard coordinator == nil else { return }
        let isUnlisted = isFaulty && random.chance(plan.listingFaultRate)
        if isUnlisted, plan.bug != .unlistedTakenForGone {
            summary.count("checkpoints cannot be listed")
            return agenda.enter(.coordinatorStarts, at: now + random.time(.milliseconds(100)...(.seconds(5))))
        }
        incarnation += 1
        lastHeard = [:]
        let stored =
            isDraining ? StoredSweep(name: FleetPlan.sweepName) : try restore(isUnlisted ? [:] : disk.newest())
        let core = FleetCoordinator.Core(
            restoring: plantedBug(in: stored), localKey: plan.bug == .localNameGivenAway ? nil : .coordinatorHost,
            wantsLocalWorker: plan.hasLocalWorker && !isDraining, listeningKey: FleetKeyStore.text(keyStore.present),
            policy: plan.boardPolicy, at: now.instant(from: now))
        if !isDraining {
            model.recordFiles(disk.newest())
            disk.removeAll(except: core.board.storedCheckpoints)
        }
        coordinator = FleetCoordinator(
            core: core, origin: now, listeningKey: keyStore.present, nameOwners: stored.keys, endedKeys: revokedKeys,
            pastLocalWorkers: Set(workers.filter(\.isLocal).map(\.id)),
            awaitedKeys: Set(stored.workers.compactMap { stored.keys[$0] }).subtracting(model.condemned))
        addToStory("coordinator \(incarnation) starts")
        try checkBoardAgainstJournal()
        tendLocalWorker(core.begin())
        planTurn()
        planFreeze()
        lookAtKeys()
    }

    /// Reads what the journal and the disk say, which must be what the model says.
    private mutating func restore(_ checkpoints: [TaskID: CheckpointLabel]) throws(FleetViolation) -> StoredSweep {
        var stored = StoredSweep(try journal.open(), checkpoints: checkpoints)
        if plan.bug != .largeCheckpointOffered {
            for (task, label) in stored.removeCheckpoints(largerThan: FleetPlan.checkpointByteLimit) {
                disk.remove(label, of: task)
            }
        }
        try model.check(stored.tasks)
        model.forgetCoordinator()
        model.recordRevocations(of: revokedKeys)
        return stored
    }

    // MARK: What arrives

    private mutating func hear(
        _ message: WorkerMessage, from worker: WorkerID, over connection: FleetConnection, since incarnation: Int
    ) {
        guard plan.bug == .revokedKeyHeard || coordinator?.endedKeys.contains(connection.key) != true else { return }
        let isCurrent =
            incarnation == self.incarnation
            && (connection.isIntruder || connection.number == workers[connection.worker.rawValue].connection)
        if !isCurrent {
            // A name that is not stored belongs to nobody yet when a coordinator starts.
            let isBound = coordinator?.boundNames.contains(worker) ?? false
            guard plan.hasStaleMessages, !connection.isIntruder || isBound else { return }
            summary.count("message of an old connection")
        }
        hear(.messageArrived(message, from: worker, over: connection))
    }

    mutating func hear(_ event: FleetCoordinator.Core.Event) {
        guard coordinator != nil else { return }
        if case .occurred(.keyEnded(let key)) = event { coordinator!.endedKeys.insert(key) }
        coordinator!.inbox.append(event)
        planTurn()
    }

    /// Everything that arrives within a few milliseconds is one turn, as at the real coordinator.
    mutating func planTurn() {
        guard coordinator!.held == nil, !coordinator!.isTurnPlanned else { return }
        coordinator!.isTurnPlanned = true
        agenda.enter(
            .coordinatorTurn(incarnation: incarnation), at: now + random.time(.milliseconds(0)...(.milliseconds(15))))
    }

    // MARK: A turn

    private mutating func turn() throws(FleetViolation) {
        guard coordinator != nil else { return }
        coordinator!.isTurnPlanned = false
        guard coordinator!.held == nil else { return }
        let inbox = coordinator!.takeInbox(limit: plan.inboxCapacity, byteLimit: plan.inboxByteCapacity)
        let waitingWorkers = coordinator!.waitingWorkers
        if !waitingWorkers.isEmpty { summary.count("more arrived than a turn takes") }
        let instant = coordinatorInstant, takersBefore = takerKeys
        var events: [TaskBoard.Event] = []
        var claims: [FleetConnection] = [], strangerCount = 0
        for event in inbox {
            switch event {
            case .messageArrived(_, let worker, let connection) where !coordinator!.grants(worker, to: connection):
                addToStory("somebody else speaks in the name of \(worker)")
                claims.append(connection)
            case .messageArrived(let message, let worker, _):
                lastHeard[worker] = now
                events.append(.received(message, from: worker))
            case .occurred(let event): events.append(event)
            case .strangerSpoke:
                addToStory("somebody of another version speaks")
                strangerCount += 1
            case .keysRead: break
            }
            try take(event, at: instant)
        }
        story = events.reduce(into: story) { $0?.add($1, at: now) }
        if let keys = takeKeyReading() { coordinator!.core.take(.keysRead(keys), at: instant) }
        let turn = coordinator!.core.finishTurn(at: instant, isMoreWaiting: isMoreWaiting(after: inbox))
        try checkInvariants()
        // Of whoever comes in the turn it is not known whether it did before something else.
        let takers = events.contains(where: \.mayBringWorker) ? [] : takersBefore.intersection(takerKeys)
        coordinator!.forgetAwaited(in: events)
        let presentKeys = takers.union(instant.sinceOrigin < plan.policy.lease ? coordinator!.awaitedKeys : [])
        try carryOut(
            FleetTurn(
                events: events, claims: claims, strangerCount: strangerCount, waitingWorkers: waitingWorkers,
                endedWorkers: coordinator!.takeEndedWorkers(), takers: takers, presentKeys: presentKeys, turn: turn))
    }

    /// Of the workers that are given tasks when they have room.
    private var takerKeys: Set<WorkerKey> {
        let takers = coordinator!.core.board.workerStatuses(at: coordinatorInstant).filter(\.takesTasks)
        return Set(takers.map { workers[index(of: $0.id).rawValue].key })
    }

    private mutating func take(_ event: FleetCoordinator.Core.Event, at instant: Instant) throws(FleetViolation) {
        if plan.bug == .lateRecordDropped,
            case .messageArrived(.record(let key, let record), _, let connection) = event,
            key.attempt != model.lastAttempt(of: key.task)
        {
            return send(.recordStored(key, epoch: record.epoch), to: connection)
        }
        guard let event = plantedBug(in: event) else { return }
        coordinator!.core.take(event, at: instant)
        try checkInvariants()
    }

    private func checkInvariants() throws(FleetViolation) {
        if let broken = coordinator!.core.firstBrokenInvariant() { throw FleetViolation(description: broken) }
    }

    /// The instant that the coordinator takes for the present.
    var coordinatorInstant: Instant {
        guard plan.bug == .wallClockLeases else { return now.instant(from: coordinator!.origin) }
        return Instant(sinceOrigin: .milliseconds(now.milliseconds + wallClockOffset))
    }

    /// The turn is over; the next one follows what arrived meanwhile, or what the core waits for.
    mutating func planNextTurn() {
        if !coordinator!.inbox.isEmpty { planTurn() }
        guard let deadline = coordinator!.core.nextDeadline else { return }
        let pause = VirtualTime.milliseconds(plan.bug == .wallClockLeases ? 500 : 1)
        let tick = max(VirtualTime(deadline, from: coordinator!.origin), now + pause)
        // A tick that came while the turn was held is over.
        if let planned = coordinator!.nextTick, planned > now, planned <= tick { return }
        coordinator!.nextTick = tick
        agenda.enter(.coordinatorTick(incarnation: incarnation), at: tick)
    }
}
