import Experiment
import Foundation
import GRDB
import Statistics

// The tables are STRICT and every column is declared NOT NULL where a value is needed, so GRDB's conversions of numbers
// and texts cannot fail; what a text or a blob spells is checked here.

let metricColumns = "epoch, train_loss, val_loss, train_acc, val_acc"
let recordColumnNames = [
    "epoch", "train_loss", "val_loss", "train_acc", "val_acc", "gradient_norms", "layer_gradients",
]
let outcomeColumnNames = ["images", "bits"]
/// Of `recordTable` and `disagreementTable`.
let recordColumns = (recordColumnNames + outcomeColumnNames).joined(separator: ", ")
let recordTable = "records LEFT JOIN outcomes USING (task, epoch)"
/// Has the same columns, of records that came out other.
let disagreementTable = "disagreements LEFT JOIN differing_outcomes USING (task, epoch, attempt)"
let attemptColumns = """
    attempt, worker, host, processor, cores, kernels, build, started, ended, seconds, outcome, reason
    """

func epochRecord(_ row: Row, from first: Int) throws -> EpochRecord {
    let metrics = EpochMetrics(
        trainLoss: row[first + 1], valLoss: row[first + 2], trainAccuracy: row[first + 3], valAccuracy: row[first + 4])
    var record = EpochRecord(epoch: row[first], metrics: metrics)
    if let blob: Data = row[first + 5] {
        guard let norms = gradientNorms(fromBlob: blob) else { throw corrupt("gradient norms cannot be read") }
        record.gradientNorms = norms
    }
    if let blob: Data = row[first + 6] {
        guard let samples = layerGradients(fromBlob: blob) else { throw corrupt("layer gradients cannot be read") }
        record.layerGradients = samples
    }
    record.outcomes = try imageOutcomes(row, from: first + 7)
    return record
}

/// `nil` where they are not kept.
func imageOutcomes(_ row: Row, from first: Int) throws -> ImageOutcomes? {
    guard let count: Int = row[first], let bits: Data = row[first + 1] else { return nil }
    guard let outcomes = ImageOutcomes(count: count, bytes: bits) else {
        throw corrupt("which of \(count) images are right cannot be read")
    }
    return outcomes
}

func storedAttempt(_ row: Row, from first: Int) throws -> StoredAttempt {
    StoredAttempt(
        attempt: Attempt(rawValue: row[first]), worker: try workerID(row[first + 1]),
        facts: hostFacts(row, from: first + 2), started: Date(milliseconds: row[first + 7]),
        end: try attemptEnd(row, from: first + 8))
}

private func attemptEnd(_ row: Row, from first: Int) throws -> StoredEnd? {
    guard let ended: Int64 = row[first] else { return nil }
    return StoredEnd(
        outcome: try attemptOutcome(row[first + 2]), reason: row[first + 3], seconds: row[first + 1],
        at: Date(milliseconds: ended))
}

func attemptOutcome(_ text: String) throws -> AttemptOutcome {
    guard let outcome = AttemptOutcome(rawValue: text) else { throw corrupt("\(text) is no outcome of an attempt") }
    return outcome
}

/// - Parameter bounds: where the columns are that tell what bounds the host; `nil` where they are not kept.
func hostFacts(_ row: Row, from first: Int, boundsFrom bounds: Int? = nil) -> HostFacts {
    var facts = HostFacts(
        host: row[first], processor: row[first + 1], cores: row[first + 2], kernels: row[first + 3],
        build: row[first + 4])
    guard let bounds else { return facts }
    facts.coresBound = row[bounds]
    facts.memoryBytes = row[bounds + 1]
    facts.memoryBound = row[bounds + 2]
    return facts
}

func taskID(_ text: String) throws -> TaskID {
    guard let id = TaskID(rawValue: text) else { throw corrupt("\(text) is no task id") }
    return id
}

func workerID(_ text: String) throws -> WorkerID {
    guard let id = WorkerID(rawValue: text) else { throw corrupt("\(text) is no worker id") }
    return id
}

func workerKey(_ text: String) throws -> WorkerKey {
    guard let key = WorkerKey(rawValue: text) else { throw corrupt("\(text) is no digest of a key") }
    return key
}

/// A record of another epoch would have no place in any table, nor on the board.
func checkedEpoch(_ epoch: Int, of task: SweepTask) throws -> Int {
    guard (1...task.parameters.epochs).contains(epoch) else {
        throw corrupt("task \(task.id) has a record of epoch \(epoch), and \(task.parameters.epochs) epochs")
    }
    return epoch
}

/// What SQLite holds is sound, but not what we wrote. `JournalReader` adds the path.
func corrupt(_ message: String) -> DatabaseError {
    DatabaseError(resultCode: .SQLITE_CORRUPT, message: message)
}

extension Cursor {
    /// All elements, each transformed as it is read.
    func mapped<Value>(_ transform: (Element) throws -> Value) throws -> [Value] {
        var values: [Value] = []
        while let element = try next() {
            values.append(try transform(element))
        }
        return values
    }
}

extension Date {
    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// The nearest that can be stored: a host's clock may say anything.
    var milliseconds: Int64 {
        let exact = (timeIntervalSince1970 * 1000).rounded()
        return Int64(exactly: exact) ?? (exact < 0 ? .min : .max)
    }
}
