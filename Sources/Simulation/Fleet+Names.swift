import Experiment
import Scheduling

// Two hosts may have one name. Whoever speaks first under it keeps it, and the other one goes on under another name.

extension Fleet {
    /// The worker that starts has the name of an earlier one, now and then: of one that lives, or of one that is gone,
    /// such as a host that was set up anew and has another key since. Or it calls itself as only workers of the
    /// coordinator's host may.
    mutating func nameLastWorkerLikeAnother() {
        guard isFaulty, random.chance(plan.sameNameRate) else { return }
        if random.chance(0.2) {
            addToStory("\(workers.last!.id) calls itself as a worker of the coordinator's host")
            workers[workers.count - 1].id = WorkerID(rawValue: "\(WorkerID.localPrefix)\(workers.count - 1)")!
            return
        }
        let others = workers.dropLast().filter { !$0.isLocal && !$0.isReportedDead }
        guard !others.isEmpty else { return }
        let name = random.pick(others).id
        addToStory("\(workers.last!.id) calls itself \(name), as another worker does")
        workers[workers.count - 1].id = name
    }

    /// A worker was told that its name is another key's.
    mutating func rename(_ index: FleetWorker.Index, to name: WorkerID) throws(FleetViolation) {
        let worker = workers[index.rawValue]
        // It follows from the key; where somebody has that name, too, once more.
        let stem = worker.names[0].isLocal ? "worker" : worker.names[0].rawValue
        guard name.rawValue.hasPrefix(stem), name.rawValue.hasSuffix("-\(worker.key.short)") else {
            throw FleetViolation(description: "\(worker.id) is to call itself \(name), which is not its name")
        }
        summary.count("worker told to take another name")
        if plan.bug != .renameNotCarriedOut { workers[index.rawValue].rename(to: name) }
    }

    /// The worker whose the name is; where that is nobody's yet, the first one that calls itself so.
    func index(of worker: WorkerID) -> FleetWorker.Index {
        let owner = coordinator?.core.board.key(of: worker)
        let named = workers.indices.filter { workers[$0].names.contains(worker) }
        return FleetWorker.Index(rawValue: named.first { workers[$0].key == owner } ?? named[0])
    }

    /// Whether several workers have the name, or had it.
    func isNameShared(_ worker: WorkerID) -> Bool {
        workers.count { $0.names.contains(worker) } > 1
    }
}
