import Experiment
import Messages
import Status

// What follows from second executions: who is believed, what is replaced, and who lied.

extension TaskBoard {
    /// The executions of a finished task, as witnesses.
    func trial(of ordinal: Int) -> Trial {
        tasks[ordinal].evidence.trial(
            condemned: standings.condemned, unwanted: standings.unwanted,
            isTrusted: { standings.isTrusted($0.identity, of: $0.worker) })
    }

    /// The attempts that made the stored records, and the attempts from whose states those went on.
    func makers(of ordinal: Int) -> Set<Attempt> { tasks[ordinal].evidence.makers }

    func isTrusted(_ attempt: StartedAttempt) -> Bool {
        standings.isTrusted(attempt.identity, of: attempt.worker)
    }

    /// Whether the coordinator can vouch for what an attempt hands over.
    func vouches(for attempt: StartedAttempt) -> Bool {
        guard !standings.isCondemned(attempt.identity) else { return false }
        return isTrusted(attempt) || standings.isVouched(attempt.identity)
    }

    /// Whether the finished task is to be audited whatever the share is: because a key that had a hand in it is
    /// believed no more, an attempt went on from a state that nobody vouches for, or an execution differed.
    func isDoubted(_ ordinal: Int) -> Bool {
        let task = tasks[ordinal]
        if task.attempts.contains(where: { !$0.differing.isEmpty && !standings.isCondemned($0.identity) }) {
            return true
        }
        // Somebody said that it has no end.
        if task.witnesses.contains(where: { !standings.isCondemned($0) }) { return true }
        return makers(of: ordinal).contains { maker in
            let attempt = task[maker]!
            return standings.isCondemned(attempt.identity) || goesOnFromStranger(attempt, in: task)
        }
    }

    private func goesOnFromStranger(_ attempt: StartedAttempt, in task: TaskState) -> Bool {
        guard let origin = attempt.origin, !policy.trustsCheckpoints else { return false }
        // Where the author of a checkpoint is not known, it may be any attempt of the task.
        let candidates = origin.author.flatMap { task[$0] }.map { [$0] } ?? task.attempts
        return candidates.contains { $0.identity != attempt.identity && !vouches(for: $0) }
    }

    // MARK: Judging

    /// Weighs what the executions of a finished task say, and does what follows from it.
    ///
    /// - Parameter isLastWord: nobody will be asked any more, whoever is there.
    mutating func judge(_ ordinal: Int, isLastWord: Bool = false) -> [Action] {
        abandonedDisputes.remove(ordinal)
        let trial = trial(of: ordinal)
        switch trial.verdict(isLastWord: isLastWord || !isAnotherThere(except: trial.concerned)) {
        case .unheard, .open: queueAudit(of: ordinal)
        case .confirmed:
            let actions = vouchForMakers(of: ordinal) + condemnFalseWitnesses(of: ordinal)
            let isReplaced = tasks[ordinal].attempts.contains { !$0.wrongEpochs.isEmpty }
            return isReplaced ? actions + condemnCommonSuspects(in: ordinal) : actions
        case .upheld(let liars):
            let actions = vouchForMakers(of: ordinal) + condemn(identities(of: liars, ordinal), for: ordinal)
            return actions + condemnFalseWitnesses(of: ordinal)
        case .overturned(let attempt, let liars): return replaceRecords(of: ordinal, by: attempt, against: liars)
        }
        return []
    }

    private func identities(of attempts: [Attempt], _ ordinal: Int) -> Set<WorkerIdentity> {
        Set(attempts.map { tasks[ordinal][$0]!.identity })
    }

    /// Another key's execution has the same bits, so those who made the records are vouched for.
    private mutating func vouchForMakers(of ordinal: Int) -> [Action] {
        let identities = Set(makers(of: ordinal).map { tasks[ordinal][$0]!.identity })
        let keys = identities.compactMap { identity -> WorkerKey? in
            guard case .key(let key) = identity, !standings.isCondemned(identity) else { return nil }
            return standings.trusted.contains(key) || standings.vouched.contains(key) ? nil : key
        }
        return keys.sorted().map { key in
            let judgement = KeyJudgement(key: key, verdict: .vouched, task: tasks[ordinal].task.id)
            standings.take(judgement)
            return .store(.keyJudged(judgement))
        }
    }

    private mutating func replaceRecords(of ordinal: Int, by attempt: Attempt, against liars: [Attempt]) -> [Action] {
        let right = tasks[ordinal][attempt]!.differing
        let (culprits, story) = culprits(of: ordinal, firstWrongEpoch: right.keys.min()!)
        tasks[ordinal].replaceRecords(by: attempt)
        let actions: [Action] = [.store(.recordsReplaced(by: key(ordinal, attempt), reason: story))]
        let judged = condemn(culprits.union(identities(of: liars, ordinal)), for: ordinal)
        let trial = trial(of: ordinal)
        let isConfirmed = trial.verdict(isLastWord: false) == .confirmed
        let vouched = isConfirmed ? vouchForMakers(of: ordinal) + condemnFalseWitnesses(of: ordinal) : []
        queueAudit(of: ordinal)
        return actions + judged + vouched + condemnCommonSuspects(in: ordinal)
    }

    /// Who is to blame for wrong records, and the story in a line. Where an attempt went on from somebody else's state,
    /// whoever had a hand in that can have lied, however far behind the state its records are right: then nobody is
    /// named on this alone, unless all but one are the owner's own hosts.
    private func culprits(of ordinal: Int, firstWrongEpoch epoch: Int) -> (Set<WorkerIdentity>, String) {
        let task = tasks[ordinal]
        let recorded = Attempt(rawValue: Int(task.authors[epoch - 1]))
        let number = task[recorded] == nil ? task.lastProgress : recorded
        guard let author = task[number] else { return ([], "its records were wrong") }
        let place = "epoch \(epoch) came out other than under the other keys"
        guard let line = task.line(behindEpoch: epoch, of: number) else {
            return ([], "\(place): the state from which \(author.worker) went on, or what it made of it, is wrong")
        }
        let hands = Set(line.map { task[$0]!.identity })
        guard hands.count > 1 else { return (hands, place) }
        guard !hands.contains(where: standings.isCondemned) else { return ([], place) }
        let suspects = hands.subtracting(trustedHands(in: line, ordinal))
        guard suspects.count != 1 else { return (suspects, place) }
        let givers = line.dropFirst().map { task[$0]! }.filter { $0.identity != author.identity }
        let names = givers.map(\.worker.rawValue).joined(separator: " or ")
        return ([], "\(place): the state that \(names) handed over is wrong, or what \(author.worker) made of it")
    }

    private func trustedHands(in line: [Attempt], _ ordinal: Int) -> Set<WorkerIdentity> {
        Set(line.map { tasks[ordinal][$0]! }.filter(isTrusted).map(\.identity))
    }

    // MARK: Suspects

    /// Of the keys that had a hand in a wrong record one has lied. Who alone had one in those of two tasks is the liar:
    /// else there would be two. Where that is said of several, it is said of nobody.
    private mutating func condemnCommonSuspects(in ordinal: Int) -> [Action] {
        let own = suspects(of: ordinal)
        guard !own.isEmpty else { return [] }
        var common: Set<WorkerIdentity> = []
        for other in tasks.indices where other != ordinal {
            for hands in suspects(of: other) {
                let both = own.map { $0.intersection(hands) }
                common.formUnion(both.filter { $0.count == 1 }.joined())
            }
        }
        guard common.count == 1 else { return [] }
        return condemn(
            common, for: ordinal,
            because: "alone had a hand in wrong records of task \(tasks[ordinal].task.id) and in those of another one")
    }

    /// For each wrong record of the task, which others have trained again since, the keys that had a hand in it. What
    /// comes of a wrong state is wrong, too, and says nothing of those who went on from it.
    private func suspects(of ordinal: Int) -> [Set<WorkerIdentity>] {
        let task = tasks[ordinal]
        guard task.phase == .done, task.attempts.contains(where: { $0.firstWrongEpoch != nil }),
            trial(of: ordinal).verdict(isLastWord: false) == .confirmed
        else { return [] }
        let lines = task.attempts.enumerated().compactMap { place, attempt in
            attempt.firstWrongEpoch.flatMap { task.line(behindEpoch: $0, of: Attempt(rawValue: place + 1)) }
        }
        let hands = Set(lines.map { line in Set(line.map { task[$0]!.identity }) })
        let first = hands.filter { one in !hands.contains { $0.isStrictSubset(of: one) } }
        let trusted = trustedHands(in: lines.flatMap { $0 }, ordinal)
        return first.filter { !$0.contains(where: standings.isCondemned) }.map { $0.subtracting(trusted) }
    }

    // MARK: Liars

    /// Who said that a task diverges which two keys have trained to its end.
    private mutating func condemnFalseWitnesses(of ordinal: Int) -> [Action] {
        let task = tasks[ordinal].task.id
        return condemn(
            tasks[ordinal].witnesses, for: ordinal,
            because: "said that task \(task) diverges, which other keys have trained to its end")
    }

    mutating func condemn(
        _ identities: Set<WorkerIdentity>, for ordinal: Int, because reason: String? = nil
    ) -> [Action] {
        let task = tasks[ordinal].task
        let reason = reason ?? "records of task \(task.id) came out other than under the other keys"
        return identities.sorted { $0.text < $1.text }.flatMap { identity -> [Action] in
            guard !standings.isCondemned(identity) else { return [] }
            guard case .key(let key) = identity else { return distrust(identity, because: reason) }
            let judgement = KeyJudgement(key: key, verdict: .lied, task: task.id, reason: reason)
            standings.take(judgement)
            let names = workers.keys.filter { $0.value == key }.keys.sorted()
            return [.store(.keyJudged(judgement)), .reportLiar(Liar(key: key, workers: names, reason: reason))]
                + distrust(identity, because: reason)
        }
    }

    /// By request: what the key delivered is trained again elsewhere, as of one that lied. It may have lied, too.
    ///
    /// - Returns: also how many tasks have records of the key that nobody has confirmed.
    mutating func forget(_ key: WorkerKey, because reason: String) -> ([Action], SweepAnswer) {
        guard !standings.unwanted.contains(key) else { return ([], .done(count: 0)) }
        let count = tasks.indices.count { ordinal in
            let isMaker = makers(of: ordinal).contains { tasks[ordinal][$0]!.identity == .key(key) }
            return isMaker && trial(of: ordinal).verdict(isLastWord: false) != .confirmed
        }
        let judgement = KeyJudgement(key: key, verdict: .forgotten, reason: reason)
        standings.take(judgement)
        let actions = distrust(.key(key), because: "its results are not wanted any more")
        return ([.store(.keyJudged(judgement))] + actions, .done(count: count))
    }

    /// Takes back what its workers have, gives them nothing new, and lets others train again what they delivered.
    private mutating func distrust(_ identity: WorkerIdentity, because reason: String) -> [Action] {
        if case .name(let name) = identity { standings.condemnName(name) }
        quarantined.insert(identity)
        stopAwaiting(identity)
        let names = workers.lookAtAll().keys.filter { self.identity(of: $0) == identity }.sorted()
        let end = AttemptEnd(outcome: .cancelled, reason: reason, seconds: 0)
        var actions = names.flatMap { takeBack(from: $0, end) }
        for name in names where workers[name]?.standing == .live { workers[name]!.standing = .quarantined }
        for ordinal in tasks.indices where hasHand(identity, in: ordinal) { actions += reconsider(ordinal, identity) }
        mayDispatch = true
        return actions
    }

    private mutating func takeBack(from worker: WorkerID, _ end: AttemptEnd) -> [Action] {
        var actions = forgetStates(of: worker)
        for key in workers[worker]?.attempts.sorted(by: byTask) ?? [] {
            let ordinal = ordinals[key.task]!
            tasks[ordinal].attempts[key.attempt.rawValue - 1].isOver = true
            actions += closeOpen(key, end) + [.send(.stop(key), to: worker)]
        }
        return actions
    }

    private func hasHand(_ identity: WorkerIdentity, in ordinal: Int) -> Bool {
        tasks[ordinal].attempts.contains { $0.identity == identity }
    }

    private mutating func reconsider(_ ordinal: Int, _ identity: WorkerIdentity) -> [Action] {
        let task = tasks[ordinal].task.id
        let hasBlamed =
            tasks[ordinal].witnesses.contains(identity) || tasks[ordinal].failures.contains { $0.identity == identity }
        tasks[ordinal].forgetBlame(by: identity)
        switch tasks[ordinal].phase {
        case .done:
            guard audits.isDispute(ordinal) || abandonedDisputes.contains(ordinal) else {
                queueAudit(of: ordinal)
                return []
            }
            audits.remove(ordinal)
            return judge(ordinal)
        case .failed(.hopeless) where hasBlamed:
            move(ordinal, to: .waiting)
            pending.insert(ordinal)
            return [.store(.taskReopened(task))]
        case .waiting, .running:
            return dropCheckpoint(behindWhich: identity, of: ordinal)
        case .failed: return []
        }
    }

    // MARK: The end

    var areAuditsQueued: Bool { !audits.isEmpty }

    /// Whether the sweep waits for an audit. It does not wait for a witness where no key that is here could be one.
    var isAuditAwaited: Bool {
        guard !audits.isEmpty else { return false }
        return !workers.hasTaker(except: []) || audits.bars.contains { isAnotherThere(except: $0.spoken) }
    }

    /// Where nobody is left who could be asked, the owner decides between equals.
    mutating func decideLastDisputes() -> [Action] {
        guard disputeCount > 0, !isStopping, counts.unfinished == 0, openAttempts.isEmpty,
            workers.hasTaker(except: [])
        else { return [] }
        let barred = Set(audits.bars.filter { $0.isDispute && !isAnotherThere(except: $0.concerned) })
        let undecided = audits.disputes.filter { barred.contains(audits.bar(of: $0)!) }
        return (undecided + abandonedDisputes).sorted().flatMap { ordinal -> [Action] in
            guard trial(of: ordinal).verdict(isLastWord: true) != .open else { return [] }
            audits.remove(ordinal)
            return judge(ordinal, isLastWord: true)
        }
    }

    /// Finished tasks of which word stands against word.
    public var openDisputes: [TaskID] { (audits.disputes + abandonedDisputes).sorted().map { tasks[$0].task.id } }

    /// How many tasks `openDisputes` has.
    public var disputeCount: Int { audits.disputeCount + abandonedDisputes.count }
}

extension TaskBoard.TaskState {
    /// Failures of the task that somebody reported count no more.
    mutating func forgetBlame(by identity: WorkerIdentity) {
        failures.removeAll { $0.identity == identity }
        witnesses.remove(identity)
    }

    /// From now on all stored records are this attempt's, and all others are compared with them.
    ///
    /// Testimonies that had come to the very records which stood there differ now. Nobody here knows the digests of
    /// those, so something stands in for them that is the same for all of these testimonies, and no record's.
    fileprivate mutating func replaceRecords(by attempt: Attempt) {
        let right = attempts[attempt.rawValue - 1].differing
        let wrong = Dictionary(
            uniqueKeysWithValues: right.keys.map { epoch in
                let text = "what stood for epoch \(epoch) before attempt \(attempt.rawValue)"
                return (epoch, RecordDigest(measured: ContentDigest(of: Array(text.utf8))))
            })
        for epoch in right.keys where authors[epoch - 1] > 0 {
            attempts[Int(authors[epoch - 1]) - 1].wrongEpochs.insert(epoch)
        }
        let oldAuthors = Set(authors)
        authors = [Int32](repeating: Int32(attempt.rawValue), count: authors.count)
        lastProgress = attempt
        let evidence = evidence
        for place in attempts.indices {
            if attempts[place].confirms(right) {
                attempts[place].execution.confirmed.formUnion(right.keys)
                attempts[place].execution.differing = [:]
            } else if evidence.isTestimony(Attempt(rawValue: place + 1)),
                attempts[place].differing.isEmpty || oldAuthors.contains(Int32(place + 1))
            {
                attempts[place].execution.differing = wrong
            } else {
                for (epoch, digest) in right where attempts[place].differing[epoch]?.confirms(digest) == true {
                    attempts[place].execution.differing[epoch] = nil
                }
            }
        }
    }

    /// Whether a stored record is of this attempt.
    func isAuthor(_ attempt: Attempt) -> Bool { authors.contains(Int32(attempt.rawValue)) }
}

extension TaskBoard.StartedAttempt {
    /// The first epoch whose record is not the stored one; `nil` where there is none.
    fileprivate var firstWrongEpoch: Int? { wrongEpochs.union(differing.keys).min() }

    /// Whether its records are those of another attempt that differed from the stored ones, too.
    fileprivate func confirms(_ other: [Int: RecordDigest]) -> Bool {
        differing.count == other.count
            && differing.allSatisfy { epoch, digest in other[epoch].map(digest.confirms) == true }
    }
}

extension WorkerIdentity {
    /// Different for each identity; gives them an order that is always the same.
    var text: String {
        switch self {
        case .key(let key): "key " + key.rawValue
        case .name(let name): "name " + name.rawValue
        }
    }
}
