import Experiment
import Scheduling

// The worker that coordinators start on their own host, which outlives one that is killed for a while: pretended
// processes, of which the real core decides.

extension Fleet {
    mutating func tendLocalWorker(_ actions: [LocalWorkerKeeper.Action]) {
        for action in actions {
            addToStory("coordinator \(incarnation): \(action)")
            switch action {
            case .look: answerCore(.found(lookForLocalWorker()))
            case .start:
                guard workers.count < 24 else { return answerCore(.startFailed) }
                startWorker(isLocal: true)
                answerCore(.started(workers.last!.id))
            case .takeOver(let worker):
                summary.takeoverCount += 1
                // Its word came after its end: whoever waits for that has it at once.
                if !workers[index(of: worker).rawValue].isAlive { reportEnd(ofLocalWorker: worker) }
            case .dismiss(let worker): agenda.enter(.workerIsAskedToLeave(index(of: worker)), at: now)
            case .kill(let worker): kill(index(of: worker))
            case .giveUp: break
            }
        }
        planNextTurn()
    }

    private mutating func answerCore(_ answer: LocalWorkerKeeper.Event) {
        tendLocalWorker(coordinator!.core.takeAnswer(answer, at: coordinatorInstant))
    }

    private mutating func lookForLocalWorker() -> LocalWorkerKeeper.Sighting {
        // The workers of the next sweep have another run directory.
        guard !isDraining, plan.bug != .localWorkerTakenForDead else { return .nobody }
        if isFaulty, random.chance(plan.hiddenWorkerRate) { return .unclear }
        let worker = workers.first { $0.isLocal && $0.isAlive }
        coordinator!.recordSighting(of: worker?.id)
        guard let worker else { return .nobody }
        return .worker(worker.id, isAlike: !isFaulty || !random.chance(plan.changedOptionsRate))
    }

    /// Its coordinator waits for its end, and hears of it once.
    mutating func reportEnd(ofLocalWorker worker: WorkerID) {
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
            addToStory("\(workers[index].id) ends with its coordinator")
        }
    }
}
