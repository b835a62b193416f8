import Experiment
import Scheduling

// The worker that coordinators start on their own host. It outlives one that is killed, for a while.

extension Fleet {
    /// A coordinator knows of those that have ended, takes over one that has not, and starts one where there is none.
    mutating func tendLocalWorker() {
        guard plan.hasLocalWorker, coordinator != nil, !isDraining else { return }
        for worker in workers where worker.isLocal && !worker.isAlive { hear(.workerVanished(worker.id)) }
        guard !workers.contains(where: { $0.isLocal && $0.isAlive }), workers.count < 16 else { return }
        startWorker(isLocal: true)
    }

    /// Its coordinator waits for its end.
    mutating func noteLocalWorkerEnded(_ worker: WorkerID) {
        agenda.enter(.localWorkerIsTended, at: now + random.time(.milliseconds(0)...(.milliseconds(100))))
    }

    /// The coordinator died.
    mutating func orphanLocalWorker() {
        for index in workers.indices where workers[index].isAlive && workers[index].hasStarter {
            workers[index].hasStarter = false
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
