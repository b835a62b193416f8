import Experiment
import Foundation
import Journal
import TestSupport

extension TemporaryDirectory {
    func run(_ name: String = "run") -> RunDirectory { RunDirectory(path: "\(path)/\(name)") }
}

// MARK: - Values

let digest = DataDigest(rawValue: String(repeating: "0a", count: 32))!
let facts = HostFacts(host: "north", processor: "A processor", cores: 8, kernels: "avx2", build: "1.0")
let worker = WorkerID(rawValue: "north-1")!

func samplePlan(name: String = "sample", taskCount: Int = 4, epochs: Int = 10, text: String = "name: sample\n")
    -> StoredPlan
{
    let tasks = (0..<taskCount).map { index in
        let norm: Norm = index.isMultiple(of: 2) ? .batch : .layer
        let parameters = TaskParameters(norm: norm, seed: index / 2, epochs: epochs, captureGradients: true)
        return SweepTask(parameters: parameters, data: .shapes, dataDigest: digest)
    }
    return StoredPlan(name: name, data: .shapes, dataDigest: digest, text: text, tasks: tasks)
}

func sampleRecord(epoch: Int, loss: Double = 1.5, stepCount: Int = 3) -> EpochRecord {
    let metrics = EpochMetrics(trainLoss: loss, valLoss: 0.1 + 0.2, trainAccuracy: 62.5, valAccuracy: 1.0 / 3)
    return EpochRecord(epoch: epoch, metrics: metrics, gradientNorms: (0..<stepCount).map { Double($0) / 7 })
}

func instant(_ milliseconds: Int) -> Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

extension SweepTask {
    func attempt(_ number: Int) -> AttemptKey { AttemptKey(task: id, attempt: Attempt(rawValue: number)) }
}

extension JournalChange {
    static func started(_ key: AttemptKey, at milliseconds: Int = 1_000) -> JournalChange {
        .attemptStarted(key, worker: worker, facts: facts, at: instant(milliseconds))
    }
}

extension JournalReader {
    /// Of the tasks that have some.
    func allRecords() throws -> [TaskID: [EpochRecord]] {
        try read { snapshot in
            var records: [TaskID: [EpochRecord]] = [:]
            for task in try snapshot.storedPlan()?.tasks ?? [] {
                try snapshot.forEachRecord(of: task, from: 1, limit: .max, gradients: true) {
                    records[task.id, default: []].append($0)
                }
            }
            return records
        }
    }
}

extension JournalReader {
    func allAttempts() throws -> [TaskID: [StoredAttempt]] {
        try read { snapshot in
            var attempts: [TaskID: [StoredAttempt]] = [:]
            try snapshot.forEachAttempt { attempts[$0, default: []].append($1) }
            return attempts
        }
    }
}

/// The code of the `JournalError` that `body` throws; `nil` where it throws none.
func errorCode(_ body: () throws -> Void) -> JournalError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? JournalError)?.code
    }
}
