import Experiment
import Scheduling

// What goes wrong, and the end of it.

extension Fleet {
    enum Fault: CaseIterable {
        case workerKilled, workerStarted, workerLeaves, workerFrozen, linkCut, linkCutOneWay, connectionReset
        case coordinatorKilled, coordinatorFrozen, stopRequested
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
        summary.faultCount += 1
        agenda.enter(
            .fault, at: now + random.time(.milliseconds(100)...(plan.timeBetweenFaults + plan.timeBetweenFaults)))
        let fault = random.pick(Fault.allCases)
        switch fault {
        case .workerStarted: if workers.count < 12 { startWorker() }
        case .coordinatorKilled: killCoordinator("between two turns")
        case .coordinatorFrozen:
            frozenUntil = now + random.time(.seconds(1)...(.seconds(40)))
            tell("the coordinator is frozen for a while")
        case .stopRequested: requestStop()
        default:
            let living = workers.indices.filter { workers[$0].isAlive }
            if !living.isEmpty { strike(FleetWorker.Index(rawValue: random.pick(living)), fault) }
        }
    }

    private mutating func strike(_ index: FleetWorker.Index, _ fault: Fault) {
        tell("\(workers[index.rawValue].id): \(fault)")
        let end = now + random.time(.seconds(1)...(.seconds(40)))
        switch fault {
        case .workerKilled: kill(index)
        case .workerLeaves: leave(index)
        case .workerFrozen: workers[index.rawValue].frozenUntil = end
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

    mutating func kill(_ index: FleetWorker.Index) {
        guard workers[index.rawValue].isAlive else { return }
        workers[index.rawValue].isAlive = false
        let worker = workers[index.rawValue].id
        tell("\(worker) dies")
        if random.chance(0.3) {
            agenda.enter(
                .coordinatorLearns(.workerVanished(worker)), at: now + random.time(.seconds(0)...(.seconds(1))))
        }
        if random.chance(0.8), workers.count < 12 {
            agenda.enter(.workerStarts, at: now + random.time(.seconds(1)...(.seconds(20))))
        }
    }

    private mutating func leave(_ index: FleetWorker.Index) {
        agenda.enter(.workerIsKilled(index), at: now + .seconds(10))
        agenda.enter(.workerIsAskedToLeave(index), at: now)
    }

    private mutating func requestStop() {
        guard coordinator?.isStopping == false else { return }
        agenda.enter(.coordinatorLearns(.stopRequested), at: now)
        agenda.enter(.stopDeadline(incarnation: incarnation), at: now + .seconds(5))
    }

    // MARK: The end of the faults

    mutating func calmDown() {
        guard isFaulty else { return }
        tell("the faults stop")
        heal()
        stage = .calm(deadline: now + plan.patience)
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
        for index in workers.indices { workers[index].frozenUntil = now }
    }

    /// Whether every worker has said that it holds nothing any more.
    mutating func inspect() {
        guard case .draining(let since, _) = stage else { return }
        isOver = workers.allSatisfy { worker in
            guard worker.isAlive else { return true }
            return worker.said.map { $0.running.isEmpty && $0.at > since } ?? false
        }
        if !isOver { agenda.enter(.inspection, at: now + .seconds(1)) }
    }
}
