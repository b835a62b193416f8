import Experiment
import Foundation
import Journal
import Statistics
import Status

/// What a journal should hold, kept in plain dictionaries.
struct JournalModel {
    let plan: StoredPlan
    private(set) var histories: [TaskID: TaskHistory] = [:]
    /// By number.
    private(set) var attempts: [TaskID: [StoredAttempt]] = [:]
    private(set) var records: [TaskID: [Int: EpochRecord]] = [:]
    private(set) var disagreements: Set<[String]> = []
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
            histories[key.task, default: TaskHistory()].epochs.append(record.epoch)
            histories[key.task]?.epochs.sort()
            histories[key.task]!.lastProgress = max(histories[key.task]!.lastProgress, key.attempt.rawValue)
        case .attemptEnded(let key, let end): setEnd(of: key, end)
        case .attemptReopened(let key): setEnd(of: key, nil)
        case .recordDiffered(let record, let key, _):
            disagreements.insert([key.task.rawValue, String(key.attempt.rawValue), String(record.epoch)])
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
            && state.disagreementCount == disagreements.count
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
        switch Int.random(in: 0..<10, using: &generator) {
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
        default: return randomDelivery(by: key, at: at, &generator)
        }
    }

    private func randomDelivery(by key: AttemptKey, at: Date, _ generator: inout SeededRandom) -> JournalChange {
        let record = randomRecord(&generator)
        let isCommitted = records[key.task]?[record.epoch] != nil
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
