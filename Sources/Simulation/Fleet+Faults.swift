import Experiment
import Messages
import Scheduling

// Faults strike the fleet, until they end.

extension Fleet {
    enum Fault: CaseIterable {
        case workerKilled, workerStarted, workerLeaves, workerFrozen
        case trainerKilled, trainerFrozen
        case linkCut, linkCutOneWay, linkSlow, connectionReset, nameClaimed
        case coordinatorKilled, coordinatorFrozen, stopRequested, clockStepped
        case diskFull, checkpointDamaged, checkpointVanished
        case workerDrained, taskCancelled, tasksRetried, sweepPaused, auditWanted
        case keyRotated
        case keyRevoked, strangerHeard

        /// The faults of stormy weather: hostile weather has more.
        static let ofStorms = allCases.filter { $0 != .keyRevoked && $0 != .strangerHeard }

        /// For the count of faults.
        var name: String {
            switch self {
            case .workerKilled: "worker killed"
            case .workerStarted: "worker joined"
            case .workerLeaves: "worker left"
            case .workerFrozen: "worker frozen"
            case .trainerKilled: "trainer killed"
            case .trainerFrozen: "trainer frozen"
            case .linkCut: "link cut both ways"
            case .linkCutOneWay: "link cut one way"
            case .linkSlow: "link slow"
            case .connectionReset: "connection reset"
            case .nameClaimed: "name claimed with another key"
            case .coordinatorKilled: "coordinator killed between turns"
            case .coordinatorFrozen: "coordinator frozen"
            case .stopRequested: "sweep interrupted"
            case .clockStepped: "wall clock stepped"
            case .diskFull: "disk full for a while"
            case .checkpointDamaged: "checkpoint damaged"
            case .checkpointVanished: "checkpoint vanished"
            case .workerDrained: "worker drained"
            case .taskCancelled: "task cancelled"
            case .tasksRetried: "failed tasks retried"
            case .sweepPaused: "sweep paused"
            case .auditWanted: "replay asked for"
            case .keyRotated: "another key of the coordinator wanted"
            case .keyRevoked: "key revoked"
            case .strangerHeard: "somebody of another version spoke"
            }
        }
    }

    var isFaulty: Bool {
        if case .faulty = stage { return true }
        return false
    }

    var isDraining: Bool {
        if case .draining = stage { return true }
        return false
    }

    mutating func strike() {
        guard isFaulty else { return }
        agenda.enter(
            .fault, at: now + random.time(.milliseconds(100)...(plan.timeBetweenFaults + plan.timeBetweenFaults)))
        let fault = random.pick(plan.weather == .hostile ? Fault.allCases : Fault.ofStorms)
        summary.count(fault.name)
        switch fault {
        case .workerStarted: if workers.count < 16 { startWorker() }
        case .clockStepped: wallClockOffset = random.integer(-7_200_000...7_200_000)
        case .diskFull: diskFullUntil = now + random.time(.seconds(1)...(.seconds(30)))
        case .checkpointDamaged, .checkpointVanished: spoilCheckpoint(fault)
        case .coordinatorKilled: killCoordinator("between two turns")
        case .coordinatorFrozen: freezeCoordinator(for: .seconds(1)...(.seconds(40)))
        case .stopRequested: requestStop()
        case .nameClaimed: claimName()
        case .keyRotated: rotateKey()
        case .keyRevoked: revokeKey()
        case .strangerHeard: sendStranger()
        case .workerDrained, .taskCancelled, .tasksRetried, .sweepPaused, .auditWanted: ask(for: fault)
        default:
            let living = workers.indices.filter { workers[$0].isAlive }
            if !living.isEmpty { strike(FleetWorker.Index(rawValue: random.pick(living)), fault) }
        }
    }

    private mutating func strike(_ index: FleetWorker.Index, _ fault: Fault) {
        addToStory("\(workers[index.rawValue].id): \(fault)")
        let end = now + random.time(.seconds(1)...(.seconds(40)))
        switch fault {
        case .workerKilled: kill(index)
        case .workerLeaves: leave(index)
        case .workerFrozen: workers[index.rawValue].frozenUntil = end
        case .trainerKilled, .trainerFrozen: strikeTrainer(index, fault, until: end)
        case .linkSlow:
            let direction = random.pick([FleetNetwork.Direction.toCoordinator, .toWorker])
            network.slowDown(FleetNetwork.Link(worker: index, direction: direction), until: end)
        case .linkCut:
            network.cut(FleetNetwork.Link(worker: index, direction: .toCoordinator), until: end)
            network.cut(FleetNetwork.Link(worker: index, direction: .toWorker), until: end)
            if random.chance(0.5) { disconnect(index) }
        case .linkCutOneWay:
            let direction = random.pick([FleetNetwork.Direction.toCoordinator, .toWorker])
            network.cut(FleetNetwork.Link(worker: index, direction: direction), until: end)
        case .connectionReset: disconnect(index)
        default: break
        }
    }

    private mutating func strikeTrainer(_ index: FleetWorker.Index, _ fault: Fault, until end: VirtualTime) {
        let slots = workers[index.rawValue].trainers.keys.sorted()
        guard !slots.isEmpty else { return }
        let slot = random.pick(slots)
        let trainer = workers[index.rawValue].trainers[slot]!
        if fault == .trainerFrozen {
            workers[index.rawValue].trainers[slot]!.frozenUntil = end
        } else {
            model.countStrike(on: trainer.key.task)
            agenda.enter(.trainerExits(index, slot: slot, serial: trainer.serial, .killed), at: now)
        }
    }

    /// Somebody with a key of its own, who was invited, too, speaks in the name of a worker that the coordinator knows.
    private mutating func claimName() {
        guard let coordinator else { return }
        let known = coordinator.boundNames.union(lastHeard.keys).sorted()
        guard !known.isEmpty else { return }
        let worker = random.pick(known), index = index(of: worker)
        let running = workers[index.rawValue].trainers.sorted { $0.key < $1.key }.map(\.value)
        let connection = FleetConnection(index, number: 0, key: .intruder, isIntruder: true)
        let facts = HostFacts(host: "elsewhere", processor: "pretend", cores: 64, kernels: "none", build: "test")
        var claims = [WorkerMessage.hello(slots: 3, facts: facts, running: []), .goodbye]
        if let trainer = running.first {
            let end = AttemptEnd(outcome: .error, reason: "", seconds: 1)
            let wrong = PretendTraining.wrongRecord(of: trainer.task, epoch: trainer.epoch)
            claims += [.ended(trainer.key, end), .record(trainer.key, wrong)]
        }
        agenda.enter(
            .coordinatorHears(random.pick(claims), from: worker, over: connection, incarnation: incarnation),
            at: now + random.time(.milliseconds(1)...(.milliseconds(50))))
    }

    /// Somebody asks something of the running sweep.
    private mutating func ask(for fault: Fault) {
        let end = now + random.time(.seconds(1)...(.seconds(40)))
        let task = random.pick(plan.tasks).id
        switch fault {
        case .taskCancelled: request(.cancel([task]), at: now)
        case .tasksRetried: request(.retry([]), at: now)
        case .auditWanted: request(.audit(task), at: now)
        case .sweepPaused:
            request(.pause, at: now)
            request(.resume, at: end)
        default:
            guard !workers.isEmpty else { return }
            let worker = random.pick(workers).id
            request(.drain(worker), at: now)
            request(.restore(worker), at: end)
        }
    }

    private mutating func request(_ request: SweepRequest, at time: VirtualTime) {
        requestCount += 1
        agenda.enter(.coordinatorLearns(.requestArrived(.init(rawValue: requestCount), request)), at: time)
    }

    private mutating func spoilCheckpoint(_ fault: Fault) {
        let files = disk.all
        guard !files.isEmpty else { return }
        let (task, label) = random.pick(files)
        addToStory("\(fault.name): epoch \(label.epoch)")
        if fault == .checkpointVanished {
            disk.remove(label, of: task)
            model.recordLoss(of: label, of: task)
        } else {
            disk.damage(label, of: task, at: random.integer(0...39))
        }
    }

    /// A process that is gone; its successor starts a while later. What it had not stored may be found stored after
    /// all, where the device only said that it failed.
    mutating func killCoordinator(_ place: String) {
        guard let dying = coordinator else { return }
        addToStory("coordinator \(incarnation) dies \(place)")
        if let held = dying.held, !isDraining, random.chance(0.4) {
            addToStory("its last transaction had reached the disk")
            summary.count("commit said to have failed, found stored")
            do { _ = try commit(held) } catch { violation = error }
        }
        coordinator = nil
        journal.kill()
        frozenUntil = now
        summary.restartCount += 1
        orphanLocalWorker()
        for index in workers.indices where !plan.hasStaleMessages || random.chance(0.7) {
            disconnect(FleetWorker.Index(rawValue: index))
        }
        if canLoseJournal, !isDraining, random.chance(0.3) { loseJournal() }
        leaveLargeCheckpoint()
        agenda.enter(.coordinatorStarts, at: now + random.time(.milliseconds(100)...(.seconds(isFaulty ? 30 : 2))))
    }

    /// The same sweep with another `--out`.
    private mutating func loseJournal() {
        canLoseJournal = false
        addToStory("the next coordinator has an empty journal")
        summary.count("run directory changed")
        model = FleetModel(tasks: plan.tasks, policy: plan.policy, isSecond: true)
        journal = FleetJournal(of: plan.tasks)
        disk = FleetDisk()
    }

    mutating func kill(_ index: FleetWorker.Index) {
        guard workers[index.rawValue].isAlive else { return }
        workers[index.rawValue].isAlive = false
        let worker = workers[index.rawValue].id
        addToStory("\(worker) dies")
        if workers[index.rawValue].isLocal { return reportEnd(ofLocalWorker: worker) }
        if random.chance(0.3), !isNameShared(worker) {
            workers[index.rawValue].isReportedDead = true
            agenda.enter(
                .coordinatorLearns(.workerVanished(worker)), at: now + random.time(.seconds(0)...(.seconds(1))))
        }
        if random.chance(0.8), workers.count < 16 {
            agenda.enter(.workerStarts, at: now + random.time(.seconds(1)...(.seconds(20))))
        }
    }

    private mutating func leave(_ index: FleetWorker.Index) {
        agenda.enter(.workerIsAskedToLeave(index), at: now)
        if random.chance(0.3) {
            agenda.enter(.workerIsAskedToLeaveNow(index), at: now + random.time(.milliseconds(200)...(.seconds(10))))
        }
    }

    private mutating func requestStop() {
        guard let coordinator, !coordinator.isStopping else { return }
        agenda.enter(.coordinatorLearns(.stopRequested), at: now)
        if random.chance(0.3) {
            let second = now + random.time(.milliseconds(200)...(.seconds(8)))
            agenda.enter(.stopIsInsistedOn(incarnation: incarnation), at: second)
        }
    }

    // MARK: The end of the faults

    mutating func calmDown() {
        guard isFaulty else { return }
        addToStory("the faults stop")
        heal()
        stage = .calm(deadline: now + plan.patience)
        request(.resume, at: now)
        for worker in workers { request(.restore(worker.id), at: now) }
        keyStore.settle(isStored: false)
        startWorker(isHealthy: true)
    }

    /// The sweep is over; the next coordinator has another one.
    mutating func drain() {
        heal()
        stage = .draining(since: now, deadline: now + .seconds(90))
        agenda.enter(.inspection, at: now + .seconds(5))
    }

    private mutating func heal() {
        network.heal()
        frozenUntil = now
        diskFullUntil = now
        for index in workers.indices {
            workers[index].frozenUntil = now
            for slot in workers[index].trainers.keys { workers[index].trainers[slot]!.frozenUntil = now }
        }
    }

    /// Whether every worker that is heard has said that it holds nothing any more.
    mutating func inspect() {
        guard isDraining else { return }
        isOver = workers.indices.allSatisfy { hasForgottenAll(FleetWorker.Index(rawValue: $0)) }
        if !isOver { agenda.enter(.inspection, at: now + .seconds(1)) }
    }

    /// Whether the worker has said to the next sweep's coordinator that it holds nothing any more. A worker that no
    /// coordinator hears is not asked.
    func hasForgottenAll(_ index: FleetWorker.Index) -> Bool {
        let worker = workers[index.rawValue]
        guard case .draining(let since, _) = stage, worker.isAlive, !revokedKeys.contains(worker.key),
            knowsCoordinator(index)
        else { return true }
        return worker.said.map { $0.running.isEmpty && $0.at > since } ?? false
    }
}
