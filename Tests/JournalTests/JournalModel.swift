import Experiment
import Foundation
import Journal
import Statistics
import Status

/// What a journal should hold, kept in plain dictionaries.
struct JournalModel {
    let plan: StoredPlan
    var histories: [TaskID: TaskHistory] = [:]
    /// By number.
    private(set) var attempts: [TaskID: [StoredAttempt]] = [:]
    var records: [TaskID: [Int: EpochRecord]] = [:]
    /// What came out other than what is stored, by epoch.
    var differences: [AttemptKey: [Int: EpochRecord]] = [:]
    var replacements: [Replacement] = []
    private(set) var workers: [WorkerID: SeenWorker] = [:]
    private(set) var keys: [WorkerID: WorkerKey] = [:]
    private(set) var settings: [Setting: String] = [:]

    init(plan: StoredPlan) {
        self.plan = plan
    }

    mutating func apply(_ change: JournalChange) {
        switch change {
        case .attemptStarted(let key, let worker, let facts, let at):
            let attempt = StoredAttempt(attempt: key.attempt, worker: worker, facts: facts, started: at)
            attempts[key.task, default: []].append(attempt)
            let execution = TaskHistory.Execution(worker: worker, key: keys[worker])
            histories[key.task, default: TaskHistory()].attempts.append(execution)
        case .recordCommitted(let record, let key):
            records[key.task, default: [:]][record.epoch] = record
            let place = histories[key.task, default: TaskHistory()].epochs.count { $0 < record.epoch }
            histories[key.task]!.epochs.insert(record.epoch, at: place)
            histories[key.task]!.authors.insert(key.attempt, at: place)
            histories[key.task]!.lastProgress = max(histories[key.task]!.lastProgress, key.attempt.rawValue)
        case .attemptEnded(let key, let end): setEnd(of: key, end)
        case .attemptReopened(let key): setEnd(of: key, nil)
        case .recordDiffered(let record, let key, _): differ(record, by: key)
        case .recordConfirmed(let key, let epoch):
            histories[key.task]!.attempts[key.attempt.rawValue - 1].confirmed.insert(epoch)
        case .attemptResumed(let key, let origin):
            histories[key.task]!.attempts[key.attempt.rawValue - 1].origin = origin
        case .checkpointBlamed(let key, let victim):
            histories[key.task]!.attempts[victim.rawValue - 1].isExcused = true
            histories[key.task]!.attempts[key.attempt.rawValue - 1].hasBlamedCheckpoint = true
        case .checkpointKept(let key, let label):
            histories[key.task]!.checkpoint = KeptCheckpoint(
                epoch: label.epoch, digest: label.digest, author: key.attempt)
        case .recordsReplaced(let key, let reason, let at): replaceRecords(by: key, reason: reason, at: at)
        case .keyJudged: preconditionFailure("\(change) is not modelled; JudgementTests has it")
        case .taskFailed(let task, let failure): histories[task, default: TaskHistory()].failure = failure
        case .taskReopened(let task): histories[task, default: TaskHistory()].failure = nil
        case .nameBound(let worker, let key, _): keys[worker] = key
        case .workerSeen(let id, let facts, let slots, let at):
            let first = workers[id]?.firstSeen ?? at
            workers[id] = SeenWorker(id: id, facts: facts, slots: slots, firstSeen: first, lastSeen: at)
        case .settingChanged(let setting, let value): settings[setting] = value
        }
    }

    private mutating func setEnd(of key: AttemptKey, _ end: StoredEnd?) {
        attempts[key.task]?[key.attempt.rawValue - 1].end = end
        histories[key.task]?.attempts[key.attempt.rawValue - 1].outcome = end?.outcome
    }

    func equals(_ reader: JournalReader) throws -> Bool {
        let state = try reader.state()
        let sortedRecords = records.mapValues { $0.values.sorted { $0.epoch < $1.epoch } }
        return try state.plan == plan
            && state.histories == plan.tasks.map { histories[$0.id] ?? TaskHistory() }
            && reader.read { snapshot in try plan.tasks.map { try snapshot.history(of: $0) } } == state.histories
            && state.workers == workers.values.sorted { $0.id < $1.id }
            && state.keys == keys
            && state.settings == settings
            && state.disagreementCount == differences.values.map(\.count).reduce(0, +)
            && equalsInDifferences(reader)
            && reader.allRecords() == sortedRecords
            && reader.read { snapshot in try plan.tasks.map { try snapshot.outcomes(of: $0) } }
                == plan.tasks.map { records[$0.id]?[10]?.outcomes }
            && reader.allAttempts() == attempts
    }
}

// MARK: - Random changes that a coordinator could make

extension JournalModel {
    func randomChange(_ generator: inout SeededRandom) -> JournalChange {
        let task = plan.tasks.randomElement(using: &generator)!
        let attempts = attempts[task.id] ?? []
        let at = instant(Int.random(in: 0..<4_000_000_000_000, using: &generator))
        guard let attempt = attempts.randomElement(using: &generator)?.attempt,
            Int.random(in: 0..<8, using: &generator) > 0
        else {
            return .attemptStarted(task.attempt(attempts.count + 1), worker: worker, facts: facts, at: at)
        }
        let key = AttemptKey(task: task.id, attempt: attempt)
        let unbound = ([worker] + ["a", "b", "c"].compactMap(WorkerID.init(rawValue:))).filter { keys[$0] == nil }
        if let name = unbound.randomElement(using: &generator), Int.random(in: 0..<8, using: &generator) == 0 {
            return .nameBound(name, to: WorkerKey(ofPublicKey: "\(generator.next())".utf8), at: at)
        }
        switch Int.random(in: 0..<14, using: &generator) {
        case 0: return .taskFailed(task.id, .hopeless(reason: "reason \(generator.next())"))
        case 1: return .taskReopened(task.id)
        case 2:
            let names = ["a", "b", "c"].compactMap(WorkerID.init(rawValue:))
            let slots = Int.random(in: 1...9, using: &generator)
            return .workerSeen(names.randomElement(using: &generator)!, facts: facts, slots: slots, at: at)
        case 3: return .settingChanged(.endpoint, to: Bool.random(using: &generator) ? "\(generator.next())" : nil)
        case 4:
            let isOpen = attempts[attempt.rawValue - 1].end == nil
            return isOpen ? .attemptEnded(key, randomEnd(at, &generator)) : .attemptReopened(key)
        case 5:
            let epoch = Int.random(in: 1...9, using: &generator)
            let isFromStart = Bool.random(using: &generator)
            return .attemptResumed(key, from: isFromStart ? nil : CheckpointOrigin(epoch: epoch, author: attempt))
        case 6:
            let digest = ContentDigest(of: [UInt8.random(in: 0 ... .max, using: &generator)])
            let epoch = Int.random(in: 1...9, using: &generator)
            return .checkpointKept(key, CheckpointLabel(epoch: epoch, byteCount: 1, digest: digest))
        case 7:
            return .checkpointBlamed(
                key, forEndOf: Attempt(rawValue: Int.random(in: 1...attempts.count, using: &generator)))
        case 8 where differences[key]?.isEmpty == false:
            return .recordsReplaced(by: key, reason: "reason \(generator.next())", at: at)
        default: return randomDelivery(by: key, at: at, &generator)
        }
    }

    private func randomDelivery(by key: AttemptKey, at: Date, _ generator: inout SeededRandom) -> JournalChange {
        let record = recordOfAnother(than: key, &generator) ?? randomRecord(&generator)
        let isCommitted = records[key.task]?[record.epoch] != nil
        if isCommitted, Bool.random(using: &generator) { return .recordConfirmed(key, epoch: record.epoch) }
        return isCommitted ? .recordDiffered(record, by: key, at: at) : .recordCommitted(record, by: key)
    }

    private func randomEnd(_ at: Date, _ generator: inout SeededRandom) -> StoredEnd {
        StoredEnd(
            outcome: AttemptOutcome.allCases.randomElement(using: &generator)!,
            reason: Bool.random(using: &generator) ? "reason \(generator.next())" : nil,
            seconds: Bool.random(using: &generator) ? .random(in: 0..<1e6, using: &generator) : nil, at: at)
    }

    private func randomRecord(_ generator: inout SeededRandom) -> EpochRecord {
        let values = (0..<4).map { _ in randomFinite(&generator) }
        let metrics = EpochMetrics(
            trainLoss: values[0], valLoss: values[1], trainAccuracy: values[2], valAccuracy: values[3])
        let norms = (0..<Int.random(in: 0...5, using: &generator)).map { _ in randomFinite(&generator) }
        let layers = ["conv1", "conv2", "conv3"].prefix(Int.random(in: 0...3, using: &generator)).map { layer in
            let count = Int.random(in: 0...5, using: &generator)
            let values = (0..<count).map { _ in Float(bitPattern: UInt32.random(in: 0 ... .max, using: &generator)) }
            return LayerGradientSample(layer: layer, values: values)
        }
        let epoch = Int.random(in: 1...10, using: &generator)
        return EpochRecord(
            epoch: epoch, metrics: metrics, gradientNorms: norms, layerGradients: layers,
            outcomes: epoch == 10 && Bool.random(using: &generator) ? randomOutcomes(&generator) : nil)
    }

    /// Of all test images of the built-in data.
    private func randomOutcomes(_ generator: inout SeededRandom) -> ImageOutcomes {
        ImageOutcomes((0..<600).map { _ in Bool.random(using: &generator) })
    }

    /// Any bits, so that nearly all are far from round numbers.
    private func randomFinite(_ generator: inout SeededRandom) -> Double {
        while true {
            let value = Double(bitPattern: generator.next())
            if value.isFinite { return value }
        }
    }
}
