import Experiment
import Scheduling
import Status

// The model keeps a history of each task.

extension FleetModel {
    struct AttemptHistory {
        let worker: WorkerID
        let key: WorkerKey
        var outcome: AttemptOutcome?
        /// The coordinator that runs has its worker's own word for the end: it must never be opened again.
        var isReported = false
        var origin: CheckpointOrigin?
        /// A trainer died right after it had taken over a checkpoint of it.
        var hasBlamedCheckpoint = false
        /// Its own end was the fault of somebody else's checkpoint.
        var isExcused = false
        /// Its worker sent a record of it that cannot be, so records may miss at its end.
        var hasSentImpossible = false
    }

    /// What the model holds to be stored of a task: a journal of its own, kept by other rules.
    struct ExpectedHistory {
        let task: SweepTask
        var records: [Int: EpochRecord] = [:]
        /// The number of the last attempt that brought a new one.
        var lastProgress = 0
        /// Times that the simulation ended a trainer of it.
        var struckCount = 0
        /// Checkpoints that the coordinator was told of as saved, and that nothing has taken away.
        var checkpoints: [CheckpointLabel] = []
        var hasLostCheckpoint = false
        /// The epoch of the newest that was safe when the last turn began; 0 for none.
        var newestBeforeTurn = 0
        var newestCheckpoint: Int { checkpoints.map(\.epoch).max() ?? 0 }
        /// (attempt, epoch): records that a host got wrong, in second executions.
        var wrongBits: Set<[Int]> = []
        /// (attempt, epoch): what stands beside the stored record.
        var differing: [[Int]: EpochRecord] = [:]
        /// (attempt, epoch): what came, stored or compared; and audits that gave the stored bits.
        var delivered: [[Int]: EpochRecord] = [:]
        var confirmed: Set<[Int]> = []
        /// Whose each stored record is, and the checkpoint.
        var authors: [Int: Attempt] = [:]
        var keeper: KeptCheckpoint?
        /// Its records were another attempt's before.
        var isReplaced = false
        var attempts: [AttemptHistory] = []
        /// The keys that could have been drawn to train it again, and have taken tasks ever since; `nil` while it is
        /// trained.
        var rivals: Set<WorkerKey>?
        var isFailed = false
        /// By request.
        var isCancelled = false
        /// Given another chance at some time.
        var isReopened = false

        var isComplete: Bool { records.count == task.parameters.epochs }
        var alarms: Set<[Int]> { Set(differing.keys) }
        /// Whether an attempt delivered every epoch, some of which another one had stored.
        var isTrainedTwice: Bool {
            attempts.indices.contains { place in
                let number = place + 1, epochs = 1...task.parameters.epochs
                return attempts[place].outcome == .completed && attempts[place].origin == nil
                    && epochs.allSatisfy { delivered[[number, $0]] != nil }
                    && epochs.contains { authors[$0]?.rawValue != number }
            }
        }

        /// The keys that made the stored records, and the states from which those who did went on.
        var makers: Set<WorkerKey> {
            let authors = Set(authors.values).map { attempts[$0.rawValue - 1] }
            return authors.reduce(into: []) { $0.formUnion(keysBehind($1).union([$1.key])) }
        }

        /// The keys that trained it from its first epoch to its last and came to these records.
        func keys(thatCameTo record: (Int) -> EpochRecord?) -> Set<WorkerKey> {
            let testimonies = zip(1..., attempts).filter { number, attempt in
                attempt.outcome == .completed && attempt.origin == nil
                    && (1...task.parameters.epochs).allSatisfy { delivered[[number, $0]] == record($0) }
            }
            return Set(testimonies.map(\.1.key))
        }

        /// The keys whose executions were right from the first epoch to the last.
        var honestKeys: Set<WorkerKey> { keys(thatCameTo: { PretendTraining.record(of: task, epoch: $0) }) }

        /// Under which keys its loss was not finite, with nobody else's state behind that.
        var witnesses: Set<WorkerKey> {
            Set(attempts.filter { $0.outcome == .diverged && !$0.isExcused && isOwnWork($0) }.map(\.key))
        }

        private func isOwnWork(_ attempt: AttemptHistory) -> Bool {
            let line = [attempt] + givers(of: attempt).map { attempts[$0 - 1] }
            return keysBehind(attempt).isSubset(of: [attempt.key])
                && line.allSatisfy { $0.origin.map { $0.author != nil } ?? true }
        }

        /// The keys under which the states were trained with which the attempt began, as far as they are known.
        func keysBehind(_ attempt: AttemptHistory) -> Set<WorkerKey> {
            Set(givers(of: attempt).map { attempts[$0 - 1].key })
        }

        /// The numbers of the attempts that trained those states.
        func givers(of attempt: AttemptHistory) -> Set<Int> {
            var givers: Set<Int> = []
            var author = attempt.origin?.author?.rawValue
            while let giver = author, givers.insert(giver).inserted {
                author = attempts[giver - 1].origin?.author?.rawValue
            }
            return givers
        }

        /// Under which keys it failed, once for each time, since the last attempt that brought a new record.
        var failures: [WorkerKey] {
            zip(1..., attempts).compactMap { number, attempt in
                let isFailure = attempt.outcome?.isFailure ?? false
                return isFailure && number >= lastProgress && !attempt.isExcused ? attempt.key : nil
            }
        }

        /// Whether it failed under different keys, or under one of them all alone; what keys said that are believed no
        /// more does not count.
        func isBeyondHope(_ limit: Int, besides condemned: Set<WorkerKey>) -> Bool {
            let believed = failures.filter { !condemned.contains($0) }
            let counts = Dictionary(grouping: believed) { $0 }.mapValues(\.count)
            return counts.count >= limit || counts.values.contains { $0 >= limit }
        }

        /// The first one of an attempt counts.
        mutating func putAside(_ record: EpochRecord, at cell: [Int]) {
            if differing[cell] == nil { differing[cell] = record }
        }
    }

    /// Their processes have ended, so nobody waits for the leases of their attempts.
    func checkClosed(of endedWorkers: Set<WorkerID>) throws(FleetViolation) {
        guard !endedWorkers.isEmpty else { return }
        for history in histories {
            guard let open = history.attempts.first(where: { $0.outcome == nil && endedWorkers.contains($0.worker) })
            else { continue }
            throw FleetViolation(
                description: "\(open.worker) is known to have ended, and its attempt is open", task: history.task.id)
        }
    }
}
