import Experiment
import Scheduling
import Status

// What must hold of second executions, and of what follows from them.

extension FleetModel {
    /// Takes a fact of who is believed.
    mutating func believe(_ fact: TaskFact) throws(FleetViolation) {
        switch fact {
        case .attemptResumed(let key, let origin):
            try require(attempt(key) != nil, key, "goes on from a checkpoint and was never started")
            histories[places[key.task]!].attempts[key.attempt.rawValue - 1].origin = origin
        case .checkpointKept(let key, let label):
            try require(attempt(key) != nil, key, "has its checkpoint kept and was never started")
            try require(!isRefused(attempt(key)!, in: history(of: key)), key, "has a checkpoint kept after all")
            histories[places[key.task]!].keeper = KeptCheckpoint(
                epoch: label.epoch, digest: label.digest, author: key.attempt)
        case .checkpointBlamed(let key, let victim): try blame(key, forEndOf: victim)
        case .recordsReplaced(let key, _): try replaceRecords(by: key)
        case .keyJudged(let judgement): try judge(judgement)
        default: preconditionFailure("\(fact) is of no belief")
        }
    }

    /// The host gets this record wrong.
    mutating func allowWrongBits(of key: AttemptKey, epoch: Int) {
        histories[places[key.task]!].wrongBits.insert([key.attempt.rawValue, epoch])
    }

    /// A difference was found, and is stored.
    mutating func raiseAlarm(_ comparison: RecordComparison) throws(FleetViolation) {
        let key = comparison.attempt, epoch = comparison.record.epoch
        let place = [key.attempt.rawValue, epoch]
        let expected = PretendTraining.record(of: history(of: key).task, epoch: epoch)
        let isStoredWrong = history(of: key).records[epoch] != expected
        let isWrong = history(of: key).wrongBits.contains(place) || isStoredWrong
        try require(isWrong, key, "found epoch \(epoch) to differ, and its bits are right")
        histories[places[key.task]!].putAside(comparison.record, at: place)
    }

    mutating func confirm(_ comparison: RecordComparison) {
        let key = comparison.attempt
        histories[places[key.task]!].confirmed.insert([key.attempt.rawValue, comparison.record.epoch])
    }

    /// Whether a restarted coordinator reads the same of second executions that the last one heard, so that it judges
    /// the same.
    func isRemembered(_ history: ExpectedHistory, as restored: TaskHistory) -> Bool {
        zip(1..., restored.attempts).allSatisfy { number, execution in
            let differing = history.differing.filter { $0.key[0] == number }
            let confirmed = history.confirmed.filter { $0[0] == number }
            return Set(confirmed.map { $0[1] }) == execution.confirmed
                && Dictionary(uniqueKeysWithValues: differing.map { ($0.key[1], $0.value.digest) })
                    == execution.differing
        }
    }

    /// Whether no state of this attempt is taken any more.
    func isRefused(_ attempt: AttemptHistory, in history: ExpectedHistory) -> Bool {
        let blamed = Set(history.attempts.filter(\.hasBlamedCheckpoint).map(\.key))
        return !history.keysBehind(attempt).union([attempt.key]).isDisjoint(with: condemned.union(blamed))
    }

    /// The attempt that ended right before has to have gone on from the one that is blamed, and brought nothing.
    private mutating func blame(_ author: AttemptKey, forEndOf number: Attempt) throws(FleetViolation) {
        let place = places[author.task]!
        try require(attempt(author) != nil, author, "blamed for its checkpoint and was never started")
        guard let ended = lastEnded, ended.key == AttemptKey(task: author.task, attempt: number) else {
            return try require(false, author, "blamed for its checkpoint, and nothing has ended")
        }
        let victim = histories[place].attempts[ended.key.attempt.rawValue - 1]
        let givers = histories[place].givers(of: victim)
        try require(
            givers.contains(author.attempt.rawValue), author, "blamed for a checkpoint that was not its own")
        try require(victim.key != attempt(author)!.key, author, "blamed by its own key")
        try require(
            victim.outcome == .diverged || !histories[place].authors.values.contains(ended.key.attempt), author,
            "blamed for the end of an attempt that had brought records")
        histories[place].attempts[author.attempt.rawValue - 1].hasBlamedCheckpoint = true
        histories[place].attempts[ended.key.attempt.rawValue - 1].isExcused = true
        forgetRefusedCheckpoints()
        if ended.isNewFailure { failedTasks[victim.key]?.remove(author.task) }
    }

    /// The records are right then, and all that is known of them changes with them.
    private mutating func replaceRecords(by key: AttemptKey) throws(FleetViolation) {
        let place = places[key.task]!, winner = key.attempt.rawValue
        try require(history(of: key).isComplete, key, "replaces records of a task that is not complete")
        var records: [Int: EpochRecord] = [:]
        for epoch in 1...histories[place].task.parameters.epochs {
            guard let record = histories[place].delivered[[winner, epoch]] else {
                return try require(false, key, "replaces epoch \(epoch), of which it brought nothing")
            }
            let expected = PretendTraining.record(of: histories[place].task, epoch: epoch)
            try require(record == expected, key, "replaces epoch \(epoch), and its own record is wrong")
            records[epoch] = record
            let old = histories[place].records[epoch]!
            if old != record { exchange(epoch, old, for: record, in: place) }
        }
        histories[place].records = records
        histories[place].authors = records.mapValues { _ in key.attempt }
        histories[place].confirmed = histories[place].confirmed.filter { $0[0] != winner }
        histories[place].lastProgress = winner
        histories[place].isReplaced = true
    }

    private mutating func exchange(_ epoch: Int, _ old: EpochRecord, for new: EpochRecord, in place: Int) {
        let author = histories[place].authors[epoch]!.rawValue
        for (cell, record) in histories[place].delivered where cell[1] == epoch && record == new {
            if histories[place].differing.removeValue(forKey: cell) != nil { histories[place].confirmed.insert(cell) }
        }
        for cell in histories[place].confirmed where cell[1] == epoch && histories[place].delivered[cell] == old {
            histories[place].confirmed.remove(cell)
            histories[place].putAside(old, at: cell)
        }
        histories[place].putAside(old, at: [author, epoch])
    }

    /// Who trains a finished task again has the lowest lot of all who had no hand in it and could have been drawn.
    func checkLot(of key: AttemptKey, _ owner: WorkerKey) throws(FleetViolation) {
        let history = history(of: key)
        // In other weather a key may be passed over since it delivers nothing; and a dispute is the turn of this host.
        guard drawsLots, owner != .coordinatorHost else { return }
        let hands = Set(history.attempts.map(\.key))
        guard !hands.contains(owner) else { return }
        let rivals = (history.rivals ?? takers).intersection(takers).subtracting(hands).union([owner])
        var lots = AuditLots(secret: policy.auditSecret)
        let drawn = lots.draw(for: key.task, among: rivals.map { .key($0) })
        try require(drawn == .key(owner), key, "started under another key than the lot has drawn")
    }

    mutating func followRivals() {
        for place in histories.indices where histories[place].isComplete {
            let isTrained = histories[place].attempts.contains { $0.outcome == nil }
            histories[place].rivals = isTrained ? nil : (histories[place].rivals ?? takers).intersection(takers)
        }
    }

    /// Nobody who is honest is ever named.
    private mutating func judge(_ judgement: KeyJudgement) throws(FleetViolation) {
        switch judgement.verdict {
        case .vouched:
            try checkVouched(judgement)
            vouched.insert(judgement.key)
            condemned.remove(judgement.key)
        case .lied:
            guard liars.contains(judgement.key) else {
                throw FleetViolation(
                    description: "\(judgement.key) is named a liar, and is honest", task: judgement.task)
            }
            named.insert(judgement.key)
            condemned.insert(judgement.key)
            forgetRefusedCheckpoints()
        case .forgotten:
            condemned.insert(judgement.key)
            forgetRefusedCheckpoints()
        }
    }

    /// Nobody has to go on from these any more, from now on.
    private mutating func forgetRefusedCheckpoints() {
        for place in histories.indices {
            guard let keeper = histories[place].keeper,
                isRefused(histories[place].attempts[keeper.author.rawValue - 1], in: histories[place])
            else { continue }
            histories[place].newestBeforeTurn = 0
        }
    }

    /// A key is vouched for by another one's execution, and by none of its own.
    private func checkVouched(_ judgement: KeyJudgement) throws(FleetViolation) {
        guard let place = judgement.task.flatMap({ places[$0] }) else { return }
        let witnesses = histories[place].keys(thatCameTo: { histories[place].records[$0] })
        guard witnesses.subtracting(condemned).contains(where: { $0 != judgement.key }) else {
            throw FleetViolation(
                description: "\(judgement.key) is vouched for, and nobody else has trained it all", task: judgement.task
            )
        }
    }
}
