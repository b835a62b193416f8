import Experiment
import Scheduling

// The worker's shell and its trainers.

extension Fleet {
    mutating func startWorker(isHealthy: Bool = false, isLocal: Bool = false) {
        let slowest = FleetWorker.slowestEpoch
        let worker = FleetWorker(
            number: workers.count, slots: random.integer(1...3), epochTime: random.time(.milliseconds(300)...slowest),
            isPoisoned: plan.hasPoisonedWorker && !isHealthy && workers.count % 3 == 1, isLocal: isLocal, plan: plan,
            at: now)
        workers.append(worker)
        let kind = (isLocal ? ", on the coordinator's host" : "") + (worker.isPoisoned ? ", poisoned" : "")
        tell("\(worker.id) starts with \(worker.session.slots) slots\(kind)")
        agenda.enter(.workerConnects(FleetWorker.Index(rawValue: workers.count - 1)), at: now)
    }

    mutating func handle(_ happening: Happening, at index: FleetWorker.Index) throws(FleetViolation) {
        let worker = workers[index.rawValue]
        switch happening {
        case .workerHears(let order, _, let connection):
            let isCurrent = connection == worker.connection && worker.isConnected
            guard isCurrent || plan.hasStaleMessages else { return }
            if !isCurrent { summary.count("message of an old connection") }
            try tell(index, .ordered(order))
        case .workerTick:
            guard let tick = worker.nextTick, tick <= now else { return }
            workers[index.rawValue].nextTick = nil
            try tell(index, .timePassed)
        case .workerConnects: try connect(index)
        case .workerIsAskedToLeave: try tell(index, .leaveRequested)
        case .workerIsAskedToLeaveNow: try tell(index, .leaveInsisted)
        case .starterIsGone: try tell(index, .starterEnded)
        case .trainerFinishesEpoch(_, let slot, let serial):
            guard let trainer = worker.trainers[slot], trainer.serial == serial else { return }
            if now < trainer.frozenUntil {
                agenda.enter(happening, at: trainer.frozenUntil)
            } else {
                try finishEpoch(of: trainer, slot: slot, at: index)
            }
        case .trainerExits(_, let slot, let serial, let outcome):
            guard let trainer = worker.trainers[slot], trainer.serial == serial else { return }
            workers[index.rawValue].trainers[slot] = nil
            try tell(index, .trainerEnded(trainer.key, AttemptEnd(outcome: outcome, reason: "", seconds: 1)))
        default: break
        }
    }

    private mutating func tell(_ index: FleetWorker.Index, _ event: WorkerSession.Event) throws(FleetViolation) {
        let origin = workers[index.rawValue].origin
        let actions = workers[index.rawValue].session.handle(event, at: now.instant(from: origin))
        if let broken = workers[index.rawValue].session.firstBrokenInvariant() {
            throw FleetViolation(description: "\(workers[index.rawValue].id): \(broken)")
        }
        for action in actions { try perform(action, at: index) }
        planTick(of: index)
    }

    private mutating func planTick(of index: FleetWorker.Index) {
        let worker = workers[index.rawValue]
        guard worker.isAlive, let deadline = worker.session.nextDeadline else { return }
        let tick = max(VirtualTime(deadline, from: worker.origin), now + .milliseconds(1))
        guard worker.nextTick.map({ tick < $0 }) ?? true else { return }
        workers[index.rawValue].nextTick = tick
        agenda.enter(.workerTick(index), at: tick)
    }

    private mutating func perform(_ action: WorkerSession.Action, at index: FleetWorker.Index) throws(FleetViolation) {
        let worker = workers[index.rawValue]
        story?.note(action, by: worker.id, at: now)
        switch action {
        case .sendHello(let running):
            workers[index.rawValue].said = (running, now)
            let slots = worker.session.slots
            send(.helloArrived(worker.id, slots: slots, facts: worker.facts, running: running), from: index)
        case .sendHeartbeat(let running, let number):
            workers[index.rawValue].said = (running, now)
            send(.heartbeatArrived(worker.id, running: running, number: number), from: index)
        case .sendRecord(let key, let record):
            send(.recordArrived(worker.id, key, record), from: index)
            if plan.bug == .workerForgetsUnacknowledged {
                try tell(index, .ordered(.recordStored(key, epoch: record.epoch)))
            }
        case .sendEnd(let key, let end, let state): send(.endArrived(worker.id, key, end, state: state), from: index)
        case .sendGoodbye: send(.goodbyeArrived(worker.id), from: index)
        case .sendCheckpointPiece(let key, let piece):
            send(.checkpointPieceArrived(worker.id, key, piece), from: index)
        case .sendCheckpointRequest(let key, let epoch, let offset, let limit):
            send(.checkpointRequested(worker.id, key, epoch: epoch, offset: offset, limit: limit), from: index)
        case .startTrainer(let key, let task, let slot, let checkpoint):
            try startTrainer(key, task, slot: slot, from: checkpoint, at: index)
        case .stopTrainer(let key, let slot):
            guard let trainer = worker.trainers[slot], trainer.key == key else { return }
            let exit = Happening.trainerExits(index, slot: slot, serial: trainer.serial, .killed)
            agenda.enter(exit, at: now + random.time(.milliseconds(0)...(.seconds(2))))
        case .finish:
            workers[index.rawValue].isAlive = false
            if worker.isLocal { noteLocalWorkerEnded(worker.id) }
        }
    }

    private mutating func send(_ event: TaskBoard.Event, from index: FleetWorker.Index) {
        guard workers[index.rawValue].isConnected else { return }
        let link = FleetNetwork.Link(worker: index, direction: .toCoordinator)
        summary.fold(now.milliseconds)
        for arrival in network.arrivals(on: link, at: now, using: &random) {
            let connection = workers[index.rawValue].connection
            let hearing = Happening.coordinatorHears(
                event, from: index, connection: connection, incarnation: incarnation)
            agenda.enter(hearing, at: arrival)
        }
    }

    // MARK: Connections

    /// Tries until the coordinator can be reached.
    private mutating func connect(_ index: FleetWorker.Index) throws(FleetViolation) {
        guard !workers[index.rawValue].isConnected else { return }
        let isCut = [FleetNetwork.Direction.toCoordinator, .toWorker].contains {
            network.isCut(FleetNetwork.Link(worker: index, direction: $0), at: now)
        }
        guard coordinator != nil, !isCut else {
            // A socket of the same host is tried more often.
            let longest = VirtualTime.seconds(workers[index.rawValue].isLocal ? 1 : isFaulty ? 10 : 2)
            agenda.enter(.workerConnects(index), at: now + random.time(.milliseconds(200)...longest))
            return
        }
        workers[index.rawValue].isConnected = true
        try tell(index, .connected)
    }

    mutating func disconnect(_ index: FleetWorker.Index) {
        guard workers[index.rawValue].isConnected, workers[index.rawValue].isAlive else { return }
        workers[index.rawValue].isConnected = false
        workers[index.rawValue].connection += 1
        tell("\(workers[index.rawValue].id) is disconnected")
        let origin = workers[index.rawValue].origin
        _ = workers[index.rawValue].session.handle(.disconnected, at: now.instant(from: origin))
        agenda.enter(.workerConnects(index), at: now + random.time(.milliseconds(200)...(.seconds(2))))
    }

    // MARK: Trainers

    private mutating func startTrainer(
        _ key: AttemptKey, _ task: SweepTask, slot: Int, from checkpoint: CheckpointContent?,
        at index: FleetWorker.Index
    ) throws(FleetViolation) {
        let worker = workers[index.rawValue]
        guard worker.trainers[slot] == nil, (0..<worker.session.slots).contains(slot) else {
            throw FleetViolation(description: "\(worker.id): two trainers in slot \(slot)", task: task.id)
        }
        let (lastEpoch, isWrong) = state(of: task, checkpoint)
        if checkpoint != nil { summary.resumedCount += 1 }
        var death: (epoch: Int, outcome: AttemptOutcome)?
        if let epoch = PretendTraining.divergence(of: task) { death = (epoch, .diverged) }
        if worker.isPoisoned { death = (lastEpoch + 1, .error) }
        if isFaulty, random.chance(plan.trainerFailureRate) {
            let outcome = random.pick([AttemptOutcome.error, .killed, .outOfMemory])
            death = (random.integer(lastEpoch + 1...task.parameters.epochs), outcome)
        }
        trainerCount += 1
        workers[index.rawValue].trainers[slot] = FleetWorker.Trainer(
            key: key, task: task, serial: trainerCount, epoch: lastEpoch + 1, isWrong: isWrong, death: death)
        agenda.enter(.trainerFinishesEpoch(index, slot: slot, serial: trainerCount), at: now + worker.epochTime)
    }

    /// The last epoch of the state that a trainer begins with, and whether it is another one than it should be.
    private func state(of task: SweepTask, _ checkpoint: CheckpointContent?) -> (lastEpoch: Int, isWrong: Bool) {
        if plan.bug == .checkpointNotVerified, checkpoint == nil, let label = disk.newest()[task.id],
            disk.files[task.id]![label] != PretendTraining.checkpoint(of: task, epoch: label.epoch).bytes
        {
            return (label.epoch, true)
        }
        guard let checkpoint else { return (0, false) }
        let epoch = checkpoint.label.epoch
        return (epoch, checkpoint != PretendTraining.checkpoint(of: task, epoch: epoch))
    }

    private mutating func finishEpoch(
        of trainer: FleetWorker.Trainer, slot: Int, at index: FleetWorker.Index
    ) throws(FleetViolation) {
        if let death = trainer.death, death.epoch == trainer.epoch {
            if death.outcome != .diverged {
                summary.count("trainer died: \(death.outcome.rawValue)")
                model.noteStruck(trainer.task.id)
            }
            agenda.enter(.trainerExits(index, slot: slot, serial: trainer.serial, death.outcome), at: now)
            return
        }
        if model.isStored(trainer.task.id, epoch: trainer.epoch) {
            summary.retrainedCount += 1
            if plan.weather != .stormy {
                throw FleetViolation(
                    description: "attempt \(trainer.key.attempt.rawValue): epoch \(trainer.epoch) is trained again",
                    task: trainer.task.id)
            }
        }
        workers[index.rawValue].trainers[slot]!.epoch += 1
        try tell(index, .trainerReported(trainer.key, record(of: trainer)))
        if trainer.epoch < trainer.task.parameters.epochs, random.chance(0.8) {
            let saved = PretendTraining.checkpoint(of: trainer.task, epoch: trainer.epoch)
            try tell(index, .trainerSaved(trainer.key, saved))
        }
        if trainer.epoch == trainer.task.parameters.epochs {
            let exit = Happening.trainerExits(index, slot: slot, serial: trainer.serial, .completed)
            agenda.enter(exit, at: now + random.time(.milliseconds(0)...(.milliseconds(50))))
        } else {
            let next = Happening.trainerFinishesEpoch(index, slot: slot, serial: trainer.serial)
            agenda.enter(next, at: now + workers[index.rawValue].epochTime)
        }
    }

    /// Wrong bits of a host do no lasting harm in a second execution: they must raise an alarm, and change nothing.
    private mutating func record(of trainer: FleetWorker.Trainer) -> EpochRecord {
        if trainer.isWrong { return PretendTraining.wrongRecord(of: trainer.task, epoch: trainer.epoch) }
        if isFaulty, plan.hasWrongBits, model.isStored(trainer.task.id, epoch: trainer.epoch), random.chance(0.3) {
            summary.count("wrong bits")
            model.allowWrongBits(of: trainer.key, epoch: trainer.epoch)
            return PretendTraining.wrongRecord(of: trainer.task, epoch: trainer.epoch)
        }
        return PretendTraining.record(of: trainer.task, epoch: trainer.epoch)
    }
}
