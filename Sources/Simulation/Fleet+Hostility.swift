import Experiment
import Scheduling

// Faults that strike in hostile weather alone.

extension Fleet {
    /// A worker's key is worth nothing from now on: its connections are cut, it comes in no more, and a coordinator
    /// that runs is told.
    mutating func revokeKey() {
        let members = workers.indices.filter {
            workers[$0].isAlive && !workers[$0].isLocal && !revokedKeys.contains(workers[$0].key)
        }
        guard !members.isEmpty else { return }
        let index = FleetWorker.Index(rawValue: random.pick(members)), key = workers[index.rawValue].key
        addToStory("the key of \(workers[index.rawValue].id) is revoked")
        revokedKeys.insert(key)
        if coordinator != nil {
            agenda.enter(
                .coordinatorIsTold(incarnation: incarnation, .keyEnded(key)),
                at: now + random.time(.milliseconds(1)...(.milliseconds(100))))
        }
        if isShutOut(index) { disconnect(index) }
        guard random.chance(0.8), workers.count < 16 else { return }
        agenda.enter(.workerStarts, at: now + random.time(.seconds(1)...(.seconds(20))))
    }

    /// Whether the worker's key opens no connection any more.
    func isShutOut(_ index: FleetWorker.Index) -> Bool {
        plan.bug != .revokedKeyHeard && revokedKeys.contains(workers[index.rawValue].key)
    }

    /// On a worker's host, and so under its key, another version of the program speaks.
    mutating func sendStranger() {
        let members = workers.indices.filter { !revokedKeys.contains(workers[$0].key) }
        guard coordinator != nil, !members.isEmpty else { return }
        let index = FleetWorker.Index(rawValue: random.pick(members))
        let connection = FleetConnection(index, number: 0, key: workers[index.rawValue].key, isIntruder: true)
        agenda.enter(
            .strangerSpeaks(connection, incarnation: incarnation),
            at: now + random.time(.milliseconds(1)...(.milliseconds(50))))
    }

    /// A coordinator that freezes when it has just taken a worker over finds everything at once when it goes on: that
    /// the worker's time is over, and its word.
    mutating func planFreeze() {
        guard plan.weather == .hostile, isFaulty, random.chance(0.5) else { return }
        summary.count("coordinator frozen at its start")
        agenda.enter(.coordinatorFreezes(incarnation: incarnation), at: now + .milliseconds(50))
    }

    mutating func freezeCoordinator(for time: ClosedRange<VirtualTime>) {
        frozenUntil = now + random.time(time)
        addToStory("the coordinator is frozen for a while")
    }

    /// A record of the right epoch that no trainer can have made.
    mutating func impossibleRecord(of trainer: FleetWorker.Trainer) -> EpochRecord {
        var record = PretendTraining.record(of: trainer.task, epoch: trainer.epoch)
        if random.chance(0.5) { record.metrics.trainLoss = -1 } else { record.metrics.valAccuracy = 101 }
        return record
    }
}
