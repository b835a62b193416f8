import Experiment
import Messages
import Scheduling

// The worker's shell and its trainers.

extension Fleet {
    mutating func startWorker(isHealthy: Bool = false, isLocal: Bool = false) {
        let slowest = FleetWorker.slowestEpoch
        let worker = FleetWorker(
            number: workers.count, slots: random.integer(1...3), epochTime: random.time(.milliseconds(300)...slowest),
            isPoisoned: plan.hasPoisonedWorker && !isHealthy && workers.count % 3 == 1,
            hasOtherImages: plan.hasOtherImages && !isHealthy && workers.count % 3 == 2, isLocal: isLocal,
            isLiar: !isLocal && !isHealthy && plan.liar?.workers.contains(guestCount) == true,
            knowing: keyStore.keys(withNext: isHealthy), plan: plan, at: now)
        if !isLocal { guestCount += 1 }
        workers.append(worker)
        let kind = (isLocal ? ", on the coordinator's host" : "") + (worker.isPoisoned ? ", poisoned" : "")
        addToStory("\(worker.id) starts with \(worker.core.session.slots) slots\(kind)")
        if !isHealthy, !isLocal { nameLastWorkerLikeAnother() }
        agenda.enter(.workerConnects(FleetWorker.Index(rawValue: workers.count - 1)), at: now)
    }

    mutating func handle(_ happening: Happening, at index: FleetWorker.Index) throws(FleetViolation) {
        let worker = workers[index.rawValue]
        switch happening {
        case .workerHears(let message, _, let connection):
            let isCurrent = connection == worker.connection && worker.isConnected
            guard isCurrent || plan.hasStaleMessages else { return }
            if !isCurrent { summary.count("message of an old connection") }
            try hand(index, .received(message))
        case .workerTick:
            guard let tick = worker.nextTick, tick <= now else { return }
            workers[index.rawValue].nextTick = nil
            try turn(index) { _, _ in }
        case .workerConnects: try connect(index)
        case .workerIsAskedToLeave: try hand(index, .leaveRequested)
        case .workerIsAskedToLeaveNow: try hand(index, .leaveInsisted)
        case .starterIsGone: try hand(index, .starterEnded)
        case .imagesAreRead(_, let name, let result):
            try turn(index) { $0.takeImages(result, of: name, at: $1) }
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
            try hand(index, .trainerEnded(trainer.key, AttemptEnd(outcome: outcome, reason: "", seconds: 1)))
        default: break
        }
    }

    private mutating func hand(_ index: FleetWorker.Index, _ event: WorkerSession.Event) throws(FleetViolation) {
        try turn(index) { $0.take(event, at: $1) }
    }

    /// The worker takes an event, as its shell does.
    private mutating func turn(
        _ index: FleetWorker.Index, taking event: (inout WorkerCore, Instant) -> Void
    ) throws(FleetViolation) {
        event(&workers[index.rawValue].core, instant(at: index))
        try carryOutActions(at: index)
        workers[index.rawValue].core.passTime(at: instant(at: index))
        try carryOutActions(at: index)
        planTick(of: index)
    }

    private func instant(at index: FleetWorker.Index) -> Instant { now.instant(from: workers[index.rawValue].origin) }

    private mutating func carryOutActions(at index: FleetWorker.Index) throws(FleetViolation) {
        if let broken = workers[index.rawValue].core.session.firstBrokenInvariant() {
            throw FleetViolation(description: "\(workers[index.rawValue].id): \(broken)")
        }
        while let action = workers[index.rawValue].core.nextAction() { try perform(action, at: index) }
    }

    /// What follows from an action that was just carried out.
    mutating func follow(_ event: WorkerSession.Event, at index: FleetWorker.Index) {
        workers[index.rawValue].core.take(event, at: instant(at: index))
    }

    private mutating func planTick(of index: FleetWorker.Index) {
        let worker = workers[index.rawValue]
        guard worker.isAlive, let deadline = worker.core.session.nextDeadline else { return }
        let tick = max(VirtualTime(deadline, from: worker.origin), now + .milliseconds(1))
        guard worker.nextTick.map({ tick < $0 }) ?? true else { return }
        workers[index.rawValue].nextTick = tick
        agenda.enter(.workerTick(index), at: tick)
    }

    private mutating func perform(_ action: WorkerAction, at index: FleetWorker.Index) throws(FleetViolation) {
        let worker = workers[index.rawValue]
        story?.add(action, by: worker.id, at: now)
        switch action {
        case .send(let message): try say(message, at: index)
        case .loadImages(let name): readImages(name, at: index)
        case .startTrainer(let start): try startTrainer(start, at: index)
        case .stopTrainer(let key):
            guard let (slot, trainer) = worker.trainers.first(where: { $0.value.key == key }) else { return }
            let exit = Happening.trainerExits(index, slot: slot, serial: trainer.serial, .killed)
            agenda.enter(exit, at: now + random.time(.milliseconds(0)...(.seconds(2))))
        case .reportUnfit: summary.count("host not fit for a task")
        case .keepKey(let key, _): keep(key, at: index)
        case .rename(let name): try rename(index, to: name)
        case .finish:
            workers[index.rawValue].isAlive = false
            if worker.isLocal { reportEnd(ofLocalWorker: worker.id) }
        }
    }

    private mutating func say(_ message: WorkerMessage, at index: FleetWorker.Index) throws(FleetViolation) {
        switch message {
        case .keyKept(let key): try checkKept(key, at: index)
        case .hello(_, _, let running), .heartbeat(let running, _):
            workers[index.rawValue].said = (running, now)
        default: break
        }
        send(garbled(message, at: index), from: index)
        claimName(saying: message, at: index)
        guard plan.bug == .workerForgetsUnacknowledged, case .record(let key, let record) = message else {
            return
        }
        follow(.received(.recordStored(key, epoch: record.epoch)), at: index)
    }

    private mutating func send(_ message: WorkerMessage, from index: FleetWorker.Index) {
        guard workers[index.rawValue].isConnected else { return }
        let link = FleetNetwork.Link(worker: index, direction: .toCoordinator)
        summary.fold(now.milliseconds)
        for arrival in network.arrivals(on: link, at: now, using: &random) {
            agenda.enter(
                .coordinatorHears(
                    message, from: workers[index.rawValue].id, over: connection(of: index), incarnation: incarnation),
                at: arrival)
        }
    }

    /// The worker's present one.
    func connection(of index: FleetWorker.Index) -> FleetConnection {
        let worker = workers[index.rawValue]
        return FleetConnection(index, number: worker.connection, key: worker.key)
    }

    // MARK: Connections

    /// Tries until the coordinator can be reached.
    private mutating func connect(_ index: FleetWorker.Index) throws(FleetViolation) {
        guard !workers[index.rawValue].isConnected, !isShutOut(index) else { return }
        let isCut = [FleetNetwork.Direction.toCoordinator, .toWorker].contains {
            network.isCut(FleetNetwork.Link(worker: index, direction: $0), at: now)
        }
        guard coordinator != nil, !isCut, knowsCoordinator(index) else {
            // A socket of the same host is tried more often.
            let longest = VirtualTime.seconds(workers[index.rawValue].isLocal ? 1 : isFaulty ? 10 : 2)
            agenda.enter(.workerConnects(index), at: now + random.time(.milliseconds(200)...longest))
            return
        }
        workers[index.rawValue].isConnected = true
        forgetFormerKey(at: index)
        try hand(index, .connected)
    }

    mutating func disconnect(_ index: FleetWorker.Index) {
        guard workers[index.rawValue].isConnected, workers[index.rawValue].isAlive else { return }
        workers[index.rawValue].isConnected = false
        workers[index.rawValue].connection += 1
        addToStory("\(workers[index.rawValue].id) is disconnected")
        do { try hand(index, .disconnected) } catch { violation = violation ?? error }
        agenda.enter(.workerConnects(index), at: now + random.time(.milliseconds(200)...(.seconds(2))))
    }

    // MARK: Trainers

    /// Some hosts have others, and a slow disk takes a while.
    private mutating func readImages(_ name: DataSetName, at index: FleetWorker.Index) {
        var result = Result<DataDigest, HostFault>.success(PretendTraining.digest)
        if workers[index.rawValue].hasOtherImages { result = .success(PretendTraining.otherDigest) }
        if isFaulty, random.chance(plan.imageFaultRate) { result = .failure(HostFault("the disk is at fault")) }
        agenda.enter(
            .imagesAreRead(index, name, result), at: now + random.time(.milliseconds(0)...(.seconds(isFaulty ? 5 : 1))))
    }

    private mutating func startTrainer(_ start: TrainerStart, at index: FleetWorker.Index) throws(FleetViolation) {
        let worker = workers[index.rawValue]
        let task = start.task, slot = start.slot, checkpoint = start.checkpoint
        guard worker.trainers[slot] == nil, (0..<worker.core.session.slots).contains(slot) else {
            throw FleetViolation(description: "\(worker.id): two trainers in slot \(slot)", task: task.id)
        }
        guard !worker.hasOtherImages else {
            throw FleetViolation(description: "\(worker.id) trains with other images", task: task.id)
        }
        if isFaulty, random.chance(plan.startFaultRate) {
            summary.count("trainer not started")
            if plan.bug == .failedStartNotReported { return }
            return follow(.trainerNotStarted(start.key, HostFault("no process can be made")), at: index)
        }
        let (lastEpoch, wrongFrom) = state(of: task, checkpoint)
        if checkpoint != nil { summary.resumedCount += 1 }
        if !worker.formerNames.isEmpty { summary.count("renamed worker trains") }
        var death: (epoch: Int, outcome: AttemptOutcome)?
        if let epoch = PretendTraining.divergence(of: task) { death = (epoch, .diverged) }
        if worker.isPoisoned { death = (lastEpoch + 1, .error) }
        if isTrapped(start, at: index) { death = (lastEpoch + 1, .killed) }
        if isFaulty, random.chance(plan.trainerFailureRate) {
            let outcome = random.pick([AttemptOutcome.error, .killed, .outOfMemory])
            death = (random.integer(lastEpoch + 1...task.parameters.epochs), outcome)
        }
        trainerCount += 1
        workers[index.rawValue].trainers[slot] = FleetWorker.Trainer(
            key: start.key, task: task, serial: trainerCount, epoch: lastEpoch + 1,
            wrongFrom: worker.isLiar ? nil : wrongFrom, death: death)
        agenda.enter(.trainerFinishesEpoch(index, slot: slot, serial: trainerCount), at: now + worker.epochTime)
    }

    /// The last epoch of the state that a trainer begins with, and where that goes wrong if it is another one than it
    /// should be.
    private func state(of task: SweepTask, _ checkpoint: CheckpointContent?) -> (lastEpoch: Int, wrongFrom: Int?) {
        if plan.bug == .checkpointNotVerified, checkpoint == nil, let label = disk.newest()[task.id],
            disk.files[task.id]![label] != PretendTraining.checkpoint(of: task, epoch: label.epoch).bytes
        {
            return (label.epoch, label.epoch + 1)
        }
        guard let checkpoint else { return (0, nil) }
        let epoch = checkpoint.label.epoch
        if checkpoint == PretendTraining.checkpoint(of: task, epoch: epoch) { return (epoch, nil) }
        let isForged = checkpoint == plan.liar?.forgedCheckpoint(of: task, epoch: epoch)
        return (epoch, epoch + 1 + (isForged ? plan.liar!.rightEpochs(behindStateOf: task, epoch: epoch) : 0))
    }

    private mutating func finishEpoch(
        of trainer: FleetWorker.Trainer, slot: Int, at index: FleetWorker.Index
    ) throws(FleetViolation) {
        if let death = trainer.death, death.epoch == trainer.epoch {
            if death.outcome != .diverged {
                summary.count("trainer died: \(death.outcome.rawValue)")
                model.countStrike(on: trainer.task.id)
            }
            agenda.enter(.trainerExits(index, slot: slot, serial: trainer.serial, death.outcome), at: now)
            return
        }
        // That the loss of a task is not finite is believed of two, so a second one trains the epochs before, too.
        let isWitness = PretendTraining.divergence(of: trainer.task) != nil
        if model.isStored(trainer.task.id, epoch: trainer.epoch), !isWitness {
            summary.retrainedCount += 1
            if !plan.weather.isStormy, plan.liar == nil {
                throw FleetViolation(
                    description: "attempt \(trainer.key.attempt.rawValue): epoch \(trainer.epoch) is trained again",
                    task: trainer.task.id)
            }
        }
        workers[index.rawValue].trainers[slot]!.epoch += 1
        try hand(index, .trainerReported(trainer.key, record(of: trainer, at: index)))
        if trainer.epoch < trainer.task.parameters.epochs, random.chance(0.8) {
            try hand(index, .trainerSaved(trainer.key, savedState(of: trainer, at: index)))
        }
        if trainer.epoch < trainer.task.parameters.epochs, let outcome = madeUpEnd(at: index) {
            model.countStrike(on: trainer.task.id)
            return agenda.enter(.trainerExits(index, slot: slot, serial: trainer.serial, outcome), at: now)
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
    private mutating func record(
        of trainer: FleetWorker.Trainer, at index: FleetWorker.Index
    ) -> EpochRecord {
        if let lie = lie(about: trainer, at: index) { return lie }
        if isFaulty, plan.impossibleRecordRate > 0, random.chance(plan.impossibleRecordRate) {
            summary.count("record that cannot be")
            return impossibleRecord(of: trainer)
        }
        if let first = trainer.wrongFrom, trainer.epoch >= first {
            // In good faith, from a state that somebody forged.
            if plan.liar != nil { model.allowWrongBits(of: trainer.key, epoch: trainer.epoch) }
            return PretendTraining.wrongRecord(of: trainer.task, epoch: trainer.epoch)
        }
        // Of two workers at most, each in its own way: a host computes wrongly, and not the fleet.
        let isBroken = plan.hasWrongBits && index.rawValue < 2 && !workers[index.rawValue].isLocal
        if isFaulty, isBroken, model.isStored(trainer.task.id, epoch: trainer.epoch), random.chance(0.5) {
            summary.count("wrong bits")
            model.allowWrongBits(of: trainer.key, epoch: trainer.epoch)
            model.liars.insert(workers[index.rawValue].key)
            var record = PretendTraining.wrongRecord(of: trainer.task, epoch: trainer.epoch)
            if index.rawValue == 1 { record.metrics.valLoss = record.metrics.valLoss.nextUp }
            return record
        }
        return PretendTraining.record(of: trainer.task, epoch: trainer.epoch)
    }
}
