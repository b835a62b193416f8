import Experiment
import Scheduling

// The worker that coordinators start on their own host, which outlives one that is killed for a while: the real keeper,
// with pretended processes.

extension Fleet {
    /// A coordinator looks for the one of an earlier coordinator first.
    mutating func beginWithLocalWorker() {
        guard plan.hasLocalWorker, !isDraining else { return }
        var policy = LocalWorkerKeeper.Policy()
        policy.answerTimeout = max(plan.policy.lease, .seconds(10))
        let begun = LocalWorkerKeeper(isWanted: true, policy: policy)
        keeper = begun
        pastLocalWorkers = workers.filter(\.isLocal).map(\.id)
        tend(begun.begin())
        partWithPastLocalWorkers()
    }

    mutating func tell(keeper event: LocalWorkerKeeper.Event) {
        guard let origin = coordinator?.origin, keeper != nil else { return }
        tend(keeper!.handle(event, at: now.instant(from: origin)))
        partWithPastLocalWorkers()
        guard let deadline = keeper!.nextDeadline else { return }
        let tick = max(VirtualTime(deadline, from: origin), now + .milliseconds(1))
        agenda.enter(.localWorkerIsTended(incarnation: incarnation), at: tick)
    }

    private mutating func tend(_ actions: [LocalWorkerKeeper.Action]) {
        for action in actions {
            tell("coordinator \(incarnation): \(action)")
            switch action {
            case .look: tell(keeper: .found(lookForLocalWorker()))
            case .start:
                guard workers.count < 24 else { return tell(keeper: .startFailed) }
                startWorker(isLocal: true)
                tell(keeper: .started(workers.last!.id))
            case .takeOver: summary.takeoverCount += 1
            case .dismiss(let worker): agenda.enter(.workerIsAskedToLeave(index(of: worker)), at: now)
            case .kill(let worker): kill(index(of: worker))
            case .giveUp: break
            }
        }
    }

    private mutating func lookForLocalWorker() -> LocalWorkerKeeper.Sighting {
        if isFaulty, random.chance(plan.hiddenWorkerRate) { return .unclear }
        guard let worker = workers.first(where: { $0.isLocal && $0.isAlive }) else { return .nobody }
        return .worker(worker.id, isAlike: !isFaulty || !random.chance(plan.changedOptionsRate))
    }

    private mutating func partWithPastLocalWorkers() {
        guard keeper?.knowsWhoIsThere == true else { return }
        let ended = pastLocalWorkers.filter { $0 != keeper?.name || plan.bug == .localWorkerTakenForDead }
        pastLocalWorkers = []
        for worker in ended { hear(.workerVanished(worker)) }
    }

    /// Its coordinator waits for its end, and hears of it once.
    mutating func noteLocalWorkerEnded(_ worker: WorkerID) {
        let isNoticed = now + random.time(.milliseconds(0)...(.milliseconds(100)))
        agenda.enter(.localWorkerIsGone(worker, incarnation: incarnation), at: isNoticed)
    }

    /// The coordinator died.
    mutating func orphanLocalWorker() {
        for index in workers.indices where workers[index].isAlive && workers[index].starterLives {
            workers[index].starterLives = false
            let isNoticed = now + random.time(.milliseconds(0)...(.milliseconds(20)))
            agenda.enter(.starterIsGone(FleetWorker.Index(rawValue: index)), at: isNoticed)
        }
    }

    /// The sweep ends, and its coordinator waits for the end of its worker.
    mutating func dismissLocalWorker() {
        for index in workers.indices where workers[index].isAlive && workers[index].isLocal {
            workers[index].isAlive = false
            tell("\(workers[index].id) ends with its coordinator")
        }
    }
}
